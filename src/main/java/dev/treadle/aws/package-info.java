/**
 * The engine's ports on AWS: the table on DynamoDB, the queue on SQS. The only room that sees the
 * AWS SDK.
 *
 * <p>May import the base package, {@code engine}, {@code approval}, {@code drift} and {@code
 * trigger}. Read {@link dev.treadle.aws.DynamoTaskStore} first, then {@link
 * dev.treadle.aws.HeadItem}, {@link dev.treadle.aws.Table} and {@link
 * dev.treadle.aws.SqsStepQueue}.
 */
@NullMarked
package dev.treadle.aws;

import org.jspecify.annotations.NullMarked;
