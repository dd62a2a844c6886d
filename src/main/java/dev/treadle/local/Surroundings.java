package dev.treadle.local;

import dev.treadle.Secrets;
import dev.treadle.tool.SmtpSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a runtime finds in its environment. Secrets are read, to see whether they can be, and never
 * shown.
 *
 * @param outbox where mails lie that nobody sends
 */
record Surroundings(Map<String, String> environment, Secrets secrets, Path outbox) {
  private static final List<String> MODEL_KEYS = List.of("ANTHROPIC_API_KEY", "OPENAI_API_KEY");
  private static final String MODEL = "TREADLE_MODEL";

  List<Diagnosis> diagnoses() {
    List<Diagnosis> all = new ArrayList<>(models());
    all.add(mail());
    return all;
  }

  private List<Diagnosis> models() {
    List<Diagnosis> found = new ArrayList<>();
    for (String name : MODEL_KEYS) {
      String value = environment.getOrDefault(name, "").strip();
      if (!value.isEmpty()) found.add(key(name, value));
    }
    if (found.isEmpty() && environment.getOrDefault(MODEL, "").isBlank()) {
      found.add(
          Diagnosis.note(
              "model",
              "no model is configured: scripts play the models",
              "set ANTHROPIC_API_KEY, or " + MODEL));
    }
    return found;
  }

  private Diagnosis key(String name, String value) {
    if (!Secrets.isReference(value)) {
      return Diagnosis.note(
          "model",
          name + " is set, by value",
          "a reference, secretsmanager:NAME or ssm:NAME, keeps it out of the environment");
    }
    try {
      return secrets.read(value).isBlank()
          ? Diagnosis.wrong(
              "model", "%s refers to %s, which is empty".formatted(name, value), "fill it")
          : Diagnosis.ok("model", "%s refers to %s, which can be read".formatted(name, value));
    } catch (RuntimeException unreadable) {
      return Diagnosis.wrong(
          "model",
          "%s: %s".formatted(name, unreadable.getMessage()),
          "check its name, the region and the permission to read it");
    }
  }

  private Diagnosis mail() {
    try {
      Optional<SmtpSettings> settings = SmtpSettings.fromEnvironment(environment, secrets);
      if (settings.isEmpty()) {
        return Diagnosis.note(
            "mail", "no mail leaves; it lies in " + outbox, "set TREADLE_SMTP_URL to send it");
      }
      boolean isLocked =
          settings.get().login().map(login -> login.password().get().isBlank()).orElse(false);
      if (isLocked) return Diagnosis.wrong("mail", "the password is empty", "fill it");
      return Diagnosis.ok(
          "mail", "leaves by %s:%d".formatted(settings.get().host(), settings.get().port()));
    } catch (IllegalArgumentException | Secrets.Unreadable wrong) {
      return Diagnosis.wrong("mail", String.valueOf(wrong.getMessage()), "mend the variable");
    }
  }
}
