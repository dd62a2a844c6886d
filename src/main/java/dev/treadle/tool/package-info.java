/**
 * Ready tools for agents: fetching web pages and sending mail.
 *
 * <p>May import the base package, the JDK, Jackson, jsoup and Apache HttpClient. Read {@link
 * dev.treadle.tool.WebPages} and {@link dev.treadle.tool.SendMail} next; {@link
 * dev.treadle.tool.Mailer} is the port behind the latter, filled by {@link dev.treadle.tool.Outbox}
 * and {@link dev.treadle.tool.SmtpMailer}.
 */
@NullMarked
package dev.treadle.tool;

import org.jspecify.annotations.NullMarked;
