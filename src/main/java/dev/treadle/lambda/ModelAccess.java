package dev.treadle.lambda;

import dev.treadle.CachedSecrets;
import dev.treadle.Redaction;
import dev.treadle.Secrets;
import dev.treadle.aws.AwsSecrets;
import dev.treadle.aws.RequestSigner;
import dev.treadle.llm.settings.ModelSettings;
import java.time.InstantSource;
import java.util.Optional;

/** What lets a process ask models: its secrets and its identity, looked up when first needed. */
public final class ModelAccess {
  private ModelAccess() {}

  /**
   * As the environment of the process says.
   *
   * @param redaction hides each secret from the moment it is read
   */
  public static ModelSettings.Access ofTheProcess(InstantSource clock, Redaction redaction) {
    AwsSecrets aws = new AwsSecrets(Optional.empty(), Optional.empty());
    Secrets hidden =
        reference -> {
          String secret = aws.read(reference);
          redaction.hide(secret);
          return secret;
        };
    return new ModelSettings.Access(
        new CachedSecrets(hidden, clock), RequestSigner.of("bedrock")::headers);
  }
}
