/**
 * A model that plays a script: for demonstrations, for tests of an agent's tools and gates, and for
 * running the whole loop without a key.
 *
 * <p>A scenario is a JSON document. Its answers are played one after the other:
 *
 * {@snippet lang=json :
 * {
 *   "name": "pricing",
 *   "reserve": {"cost_micros": 6000, "tokens": 2000},
 *   "answers": [
 *     {
 *       "text": "I look at every shop.",
 *       "for_each": "${input:/shops}",
 *       "calls": [{"tool": "fetch_price", "arguments": {"shop": "${item:/id}"}}],
 *       "usage": {"input_tokens": 1200, "output_tokens": 80, "cost_micros": 4800}
 *     },
 *     {"fault": "unavailable", "retry_after_seconds": 2, "times": 1},
 *     {
 *       "calls": [
 *         {"tool": "send_report",
 *          "arguments": {"to": "${input:/mail_to}", "prices": "${results:fetch_price}"}}
 *       ],
 *       "confidence": 0.9,
 *       "state_mutations": {"reported": true}
 *     },
 *     {
 *       "when": {"tool": "send_report", "result": "failed"},
 *       "repeat": 2,
 *       "calls": [
 *         {"tool": "send_report",
 *          "arguments": {"to": "${input:/mail_to}", "prices": [], "attempt": "${n}"}}
 *       ]
 *     },
 *     {
 *       "calls": [
 *         {"tool": "complete_task",
 *          "arguments": {"output": {"summary": "Mail ${result:send_report:/id} is out."}}}
 *       ]
 *     }
 *   ]
 * }
 * }
 *
 * <p>An answer has {@code text}, {@code calls} or both; {@code calls} are made once for each
 * element of the array that {@code for_each} refers to, all in one answer. {@code confidence},
 * {@code state_mutations} and {@code note} become a {@code report_step} beside the calls. {@code
 * usage} is nothing unless given. {@code repeat} plays the answer so many times, from 1 to 1,000.
 * An answer with {@code when} is passed over, each time, unless the newest result of that tool
 * {@code succeeded} or {@code failed}; a call that waits for a human has no result yet. {@code
 * reserve} is what a call may cost at most, by default the most that an answer uses.
 *
 * <p>A {@code fault} instead of an answer is {@code unavailable} (with {@code
 * retry_after_seconds}), {@code refused} or {@code hopeless}, {@code times} times, by default once,
 * and {@code why} in words.
 *
 * <p>In texts, arguments and mutations stand references. A string that is nothing but a reference
 * becomes the value that it names; inside a longer string its text is put in.
 *
 * <ul>
 *   <li>{@code ${input:/pointer}}: the task's input
 *   <li>{@code ${memory:/pointer}}: working memory
 *   <li>{@code ${result:tool:/pointer}}: the newest successful result of a tool
 *   <li>{@code ${results:tool}}: all its successful results, oldest first
 *   <li>{@code ${item:/pointer}}: the element of {@code for_each}
 *   <li>{@code ${n}}: the repetition, counted from 1
 * </ul>
 *
 * <p>A pointer is a JSON Pointer and may be left out for the whole value. In a task of more than a
 * million characters, results of more than six turns ago are shortened; what is needed for longer
 * belongs in working memory.
 *
 * <p>May import {@code llm} and the base package. Read {@link
 * dev.treadle.llm.scripted.ScriptedModel} next.
 */
@NullMarked
package dev.treadle.llm.scripted;

import org.jspecify.annotations.NullMarked;
