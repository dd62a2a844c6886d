/**
 * The human half of the loop: who may be asked, the links they get, what they may answer, and the
 * signed decisions that the loop checks right before it acts. Knows no page, no mail and no AWS.
 *
 * <p>May import the base package, the engine and Jackson. Read {@link
 * dev.treadle.approval.ApprovalDesk} first, then {@link dev.treadle.approval.DeskAnswer}, {@link
 * dev.treadle.approval.Link} and {@link dev.treadle.approval.SignedDecisions}.
 */
@NullMarked
package dev.treadle.approval;

import org.jspecify.annotations.NullMarked;
