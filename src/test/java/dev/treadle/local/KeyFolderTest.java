package dev.treadle.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keys are made once, and used only while they are the owner's alone. */
class KeyFolderTest {
  private static final List<String> FILES =
      List.of(KeyFolder.LINK_KEYS, KeyFolder.DECISION_KEY, KeyFolder.DECISION_KEYS);

  @TempDir Path place;
  private Path folder;

  @BeforeEach
  void made() throws IOException {
    folder = place.resolve("keys");
    KeyFolder.openOrCreate(folder, new Random(1));
  }

  @Test
  void onlyTheOwnerCanUseWhatTheFirstStartMade() throws IOException {
    assertThat(permissions(folder)).isEqualTo("rwx------");
    for (String name : FILES) {
      assertThat(permissions(folder.resolve(name))).as(name).isEqualTo("rw-------");
    }
  }

  @Test
  void theSecondStartReadsTheKeysOfTheFirst() throws IOException {
    String made = Files.readString(folder.resolve(KeyFolder.DECISION_KEY));

    KeyFolder again = KeyFolder.openOrCreate(folder, new Random(2));

    assertThat(again.signer()).isPresent();
    assertThat(again.links()).isPresent();
    assertThat(Files.readString(folder.resolve(KeyFolder.DECISION_KEY))).isEqualTo(made);
  }

  @Test
  void aKeyThatOthersCanReadOrWriteIsRefusedAndStays() throws IOException {
    for (String name : FILES) {
      Path file = folder.resolve(name);
      String text = Files.readString(file);
      for (String open : List.of("rw-r-----", "rw-----w-", "rw----r--", "rw-rw-rw-")) {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));

        assertThatThrownBy(() -> KeyFolder.open(folder))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                file
                    + " has the permissions "
                    + open
                    + ": only its owner may read or write a key (chmod 600)");
      }
      assertThat(Files.readString(file)).isEqualTo(text);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--------"));
    }
    assertThat(KeyFolder.open(folder).signer()).isPresent();
  }

  @Test
  void whoOnlyChecksDecisionsNeedsNoSecretKey() throws IOException {
    Files.delete(folder.resolve(KeyFolder.LINK_KEYS));
    Files.delete(folder.resolve(KeyFolder.DECISION_KEY));

    KeyFolder checking = KeyFolder.open(folder);

    assertThat(checking.signer()).isEmpty();
    assertThat(checking.links()).isEmpty();
  }

  @Test
  void anInterruptedFirstStartIsMadeWhole() throws IOException {
    Files.delete(folder.resolve(KeyFolder.DECISION_KEYS));

    assertThat(KeyFolder.openOrCreate(folder, new Random(3)).signer()).isPresent();
    assertThat(Files.exists(folder.resolve(KeyFolder.DECISION_KEYS))).isTrue();
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
