/**
 * Pages and JSON for people, over a small request and response that knows neither Lambda nor a
 * server.
 *
 * <p>May import base, {@code engine}, {@code approval}, {@code drift} and {@code trigger}, and
 * Qute. Read {@link dev.treadle.web.Site} next.
 */
@NullMarked
package dev.treadle.web;

import org.jspecify.annotations.NullMarked;
