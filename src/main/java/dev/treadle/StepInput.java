package dev.treadle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Everything that a step may look at: a function of stored state, so that any worker can run it.
 *
 * @param agent the agent's tools as deployed, on the data that the task started with
 * @param input the trigger's payload
 * @param earlier what stands before the turns
 * @param turns the exchanges since, oldest first
 * @param phase the current one, in agents with phases
 * @param recordedAnswer the model's answer of an earlier attempt of this iteration; the model must
 *     not be asked again
 * @param reserve what the step may spend
 * @param timeLeft what takes longer might be cut in the middle, and be paid for nothing
 */
public record StepInput(
    TaskId taskId,
    Agent agent,
    int iteration,
    JsonNode input,
    ObjectNode workingMemory,
    Earlier earlier,
    List<Turn> turns,
    Optional<Phase> phase,
    Optional<JsonNode> recordedAnswer,
    Reserve reserve,
    Duration timeLeft) {}
