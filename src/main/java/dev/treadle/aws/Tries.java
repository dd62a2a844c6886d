package dev.treadle.aws;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.CancellationReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * Repeats a call that AWS was too busy for: a few times, with growing pauses. Whatever takes longer
 * is left to the redelivery of the message.
 */
final class Tries {
  private static final int MAX = 4;

  /** Doubled after each try and drawn at random below: all pauses together stay below 700 ms. */
  private static final Duration PAUSE_MAX = Duration.ofMillis(100);

  private static final int SERVER_ERROR = 500;

  /** Answers after which nothing was written and another try may be luckier. */
  private static final Set<String> BUSY =
      Set.of(
          "ProvisionedThroughputExceededException",
          "RequestLimitExceeded",
          "RequestThrottled",
          "RequestThrottledException",
          "ThrottledException",
          "Throttling",
          "ThrottlingException",
          "TransactionConflictException",
          "TransactionInProgressException");

  private static final Set<String> BUSY_REASONS =
      Set.of("TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded");

  private static final String CONDITION = "ConditionalCheckFailed";

  private Tries() {}

  /**
   * The answer of the first call that AWS was not too busy for.
   *
   * @param place the table or queue, with its name
   * @param what the call does, for messages
   * @throws InfrastructureFailure it stayed busy, or failed in another way
   */
  static <T> T of(String place, String what, Supplier<T> call) {
    for (int number = 1; ; number++) {
      try {
        return call.get();
      } catch (SdkException failure) {
        if (!isBusy(failure)) throw failed(place, what, failure);
        if (number == MAX) throw failed(place, "try %d to %s".formatted(MAX, what), failure);
      }
      pause(number, what);
    }
  }

  private static RuntimeException failed(String place, String what, SdkException failure) {
    return isRefusal(failure) ? failure : InfrastructureFailure.of(place, what, failure);
  }

  /** A condition that does not hold is an answer. */
  static boolean isRefusal(SdkException failure) {
    return switch (failure) {
      case TransactionCanceledException cancelled ->
          cancelled.cancellationReasons().stream()
              .map(CancellationReason::code)
              .anyMatch(CONDITION::equals);
      case AwsServiceException answered ->
          InfrastructureFailure.code(answered).equals("ConditionalCheckFailedException");
      default -> false;
    };
  }

  private static boolean isBusy(SdkException failure) {
    return switch (failure) {
      case TransactionCanceledException cancelled ->
          !isRefusal(cancelled)
              && cancelled.cancellationReasons().stream()
                  .map(CancellationReason::code)
                  .anyMatch(BUSY_REASONS::contains);
      case AwsServiceException answered ->
          answered.statusCode() >= SERVER_ERROR
              || BUSY.contains(InfrastructureFailure.code(answered));
      default -> false;
    };
  }

  private static void pause(int number, String what) {
    long most = PAUSE_MAX.toMillis() << (number - 1);
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(most));
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw InfrastructureFailure.of("interrupted between two tries to " + what);
    }
  }
}
