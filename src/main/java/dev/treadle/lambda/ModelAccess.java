package dev.treadle.lambda;

import dev.treadle.CachedSecrets;
import dev.treadle.aws.AwsSecrets;
import dev.treadle.aws.RequestSigner;
import dev.treadle.llm.settings.ModelSettings;
import java.time.InstantSource;
import java.util.Optional;

/** What lets a process ask models: its secrets and its identity, looked up when first needed. */
public final class ModelAccess {
  private ModelAccess() {}

  /** As the environment of the process says. */
  public static ModelSettings.Access ofTheProcess(InstantSource clock) {
    return new ModelSettings.Access(
        new CachedSecrets(new AwsSecrets(Optional.empty(), Optional.empty()), clock),
        RequestSigner.of("bedrock")::headers);
  }
}
