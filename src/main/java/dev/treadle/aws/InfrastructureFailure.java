package dev.treadle.aws;

import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.TransactionCanceledException;

/**
 * AWS did not do what was asked and may have done it all the same; the message says in words what
 * is missing or wrong, and where. Repeating the call is harmless.
 */
public final class InfrastructureFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private InfrastructureFailure(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static InfrastructureFailure of(String message) {
    return new InfrastructureFailure(message, null);
  }

  /**
   * The failure behind an exception of the SDK.
   *
   * @param place the table or queue, with its name
   */
  static InfrastructureFailure of(String place, String what, SdkException cause) {
    String why =
        switch (cause) {
          case TransactionCanceledException cancelled when cancelled.hasCancellationReasons() ->
              "the transaction was cancelled: " + reasons(cancelled);
          case AwsServiceException answered -> words(place, answered);
          case SdkClientException unsent -> words(unsent);
          default -> String.valueOf(cause.getMessage());
        };
    return new InfrastructureFailure("%s: %s failed: %s".formatted(place, what, why), cause);
  }

  private static String words(String place, AwsServiceException answered) {
    String code = code(answered);
    return switch (code) {
      case "ResourceNotFoundException" ->
          place
              + " does not exist in this account and region; deploy template.yaml, or check the configured name";
      case "QueueDoesNotExist",
          "AWS.SimpleQueueService.NonExistentQueue",
          "QueueDoesNotExistException" ->
          place + " does not exist; deploy template.yaml, or check the configured address";
      case "AccessDeniedException", "AccessDenied" ->
          "access is denied; the role of this process lacks a permission: " + said(answered);
      case "ExpiredTokenException", "ExpiredToken" ->
          "the AWS credentials have expired; get new ones";
      case "UnrecognizedClientException",
          "InvalidClientTokenId",
          "InvalidSignatureException",
          "SignatureDoesNotMatch",
          "MissingAuthenticationTokenException" ->
          "AWS does not accept the credentials: " + said(answered);
      default -> code + ": " + said(answered);
    };
  }

  /** One word for each item of the transaction that stood in its way. */
  private static String reasons(TransactionCanceledException cancelled) {
    return cancelled.cancellationReasons().stream()
        .map(reason -> String.valueOf(reason.code()))
        .filter(code -> !code.equals("None"))
        .distinct()
        .collect(Collectors.joining(", "));
  }

  /** Why nothing was sent, in words. */
  static String words(SdkClientException unsent) {
    String message = String.valueOf(unsent.getMessage());
    if (message.contains("Unable to load region")) {
      return "there is no AWS region: set AWS_REGION, or one in the profile";
    }
    return message.contains("Unable to load credentials")
        ? "there are no AWS credentials: none in the environment, the profile or the role"
        : "no answer: " + message;
  }

  /** The service's word for what happened; empty when it gave none. */
  static String code(AwsServiceException answered) {
    if (answered.awsErrorDetails() == null || answered.awsErrorDetails().errorCode() == null) {
      return "";
    }
    return answered.awsErrorDetails().errorCode();
  }

  private static String said(AwsServiceException answered) {
    return answered.awsErrorDetails() == null
        ? String.valueOf(answered.getMessage())
        : String.valueOf(answered.awsErrorDetails().errorMessage());
  }
}
