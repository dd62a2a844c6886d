package dev.treadle.local;

import dev.treadle.approval.LinkStore;
import dev.treadle.approval.LinkStoreContract;

class EmbeddedLinksTest extends LinkStoreContract {
  @Override
  protected LinkStore open() {
    return new EmbeddedLinks(new MapRecords());
  }
}
