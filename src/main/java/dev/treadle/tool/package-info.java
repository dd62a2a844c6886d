/**
 * Ready tools for agents: reading web pages, posting JSON and sending mail.
 *
 * <p>May import the base package, the JDK, Jackson, jsoup and Apache HttpClient. Read {@link
 * dev.treadle.tool.FetchPage}, {@link dev.treadle.tool.HttpPost} and {@link
 * dev.treadle.tool.SendMail} next. Requests go where {@link dev.treadle.tool.Reach} lets them;
 * {@link dev.treadle.tool.Mailer} is the port behind mail, filled by {@link
 * dev.treadle.tool.Outbox} and {@link dev.treadle.tool.SmtpMailer}.
 */
@NullMarked
package dev.treadle.tool;

import org.jspecify.annotations.NullMarked;
