package dev.treadle;

/**
 * Where keys and passwords are kept. State, journal and configuration hold a reference; the secret
 * is read when it is used.
 *
 * <p>Called from several threads at once.
 */
@FunctionalInterface
public interface Secrets {
  /**
   * The secret under a reference.
   *
   * @throws Unreadable it cannot be read now, or there is none
   */
  String read(String reference);

  /**
   * Whether a configured value refers to a secret of AWS instead of being one: an ARN, or {@code
   * secretsmanager:NAME}, or {@code ssm:NAME}.
   */
  static boolean isReference(String value) {
    return value.startsWith("arn:")
        || value.startsWith("secretsmanager:")
        || value.startsWith("ssm:");
  }

  /** A secret that cannot be read; the message holds the reference and why, never a secret. */
  final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unreadable(String reference, String why) {
      super("the secret %s cannot be read: %s".formatted(reference, why));
    }
  }
}
