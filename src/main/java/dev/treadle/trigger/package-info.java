/**
 * What starts tasks from outside: schedules and their slots, webhooks and their signatures. Pure
 * but for the starter and the store that it calls; time and bytes come in as arguments.
 *
 * <p>May import the base package and the engine. Chains start in the engine, in the commit of a
 * completion. Read {@link dev.treadle.trigger.ScheduleTrigger} first, then {@link
 * dev.treadle.trigger.WebhookReceiver}.
 */
@NullMarked
package dev.treadle.trigger;

import org.jspecify.annotations.NullMarked;
