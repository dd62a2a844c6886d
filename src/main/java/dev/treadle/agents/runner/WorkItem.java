package dev.treadle.agents.runner;

import dev.treadle.Description;
import java.math.BigDecimal;

/** One piece of work. */
public record WorkItem(
    @Description("Its name at the other side, as in item-001") String id, BigDecimal amount) {}
