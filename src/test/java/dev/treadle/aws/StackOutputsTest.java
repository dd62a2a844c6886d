package dev.treadle.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The outputs of a stack, as CloudFormation's query protocol writes them. */
class StackOutputsTest {
  private static final String REGION = "aws.region";
  private SignedServer server;
  private String region;

  @BeforeEach
  void start() throws IOException {
    region = System.getProperty(REGION);
    System.setProperty(REGION, "eu-central-1");
    server = new SignedServer();
  }

  @AfterEach
  void stop() {
    server.close();
    if (region == null) System.clearProperty(REGION);
    else System.setProperty(REGION, region);
  }

  private Map<String, String> read() {
    return new StackOutputs(Optional.of(server.url()), Optional.of(SignedServer.CREDENTIALS))
        .read("prod & co");
  }

  @Test
  void oneSignedCallFindsTheOutputsByName() {
    server.answer =
        """
        <DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/">
          <DescribeStacksResult><Stacks><member>
            <StackName>prod</StackName>
            <Parameters><member><ParameterKey>Mail</ParameterKey>
              <ParameterValue>x</ParameterValue></member></Parameters>
            <Outputs>
              <member><OutputKey>TaskTable</OutputKey><OutputValue>prod-Tasks</OutputValue></member>
              <member><OutputKey>StepQueue</OutputKey>
                <OutputValue>https://sqs.eu-central-1.amazonaws.com/1/steps</OutputValue></member>
            </Outputs>
          </member></Stacks></DescribeStacksResult>
        </DescribeStacksResponse>
        """;

    assertThat(read())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "TaskTable",
                "prod-Tasks",
                "StepQueue",
                "https://sqs.eu-central-1.amazonaws.com/1/steps"));
    assertThat(server.asked).hasSize(1);
    assertThat(server.asked.getFirst().isSigned()).isTrue();
    assertThat(server.asked.getFirst().authorization())
        .contains("/eu-central-1/cloudformation/aws4_request");
    assertThat(server.asked.getFirst().body())
        .isEqualTo("Action=DescribeStacks&Version=2010-05-15&StackName=prod+%26+co");
  }

  @Test
  void aStackThatIsNotThereIsSaidAsCloudFormationSaysIt() {
    server.status = 400;
    server.answer =
        """
        <ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code>
          <Message>Stack with id prod does not exist</Message></Error></ErrorResponse>
        """;

    assertThatThrownBy(this::read)
        .isInstanceOf(InfrastructureFailure.class)
        .hasMessage(
            "stack prod & co: CloudFormation refused with status 400: ValidationError: Stack with id"
                + " prod does not exist");
  }

  @Test
  void whatIsNoAnswerOfCloudFormationIsNotRead() {
    server.answer = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><x>&e;</x>";

    assertThatThrownBy(this::read).hasMessageEndingWith("what answered is not CloudFormation");

    server.close();
    assertThatThrownBy(this::read).hasMessageContaining("no answer of http://127.0.0.1");
  }
}
