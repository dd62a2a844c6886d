package dev.treadle.web;

import java.util.Optional;

/**
 * Where a question stands for one person, as HTTP and a page say it.
 *
 * @param code for programs; never changes its meaning
 * @param look the status of an answer to a look
 * @param decision the status of an answer to a decision
 * @param word one to three words, which begin the page's title
 * @param notice what happened; empty for a question that is simply open
 * @param nonce for the next answer; empty when nothing may be answered
 * @param pollSeconds when to look again; zero when nothing will change
 */
record PageState(
    String code,
    int look,
    int decision,
    String word,
    Optional<Sheet.Notice> notice,
    Optional<String> nonce,
    int pollSeconds) {
  static PageState open(String word, String nonce) {
    return new PageState("OPEN", 200, 200, word, Optional.empty(), Optional.of(nonce), 0);
  }

  static PageState closed(String code, int look, int decision, String word, Sheet.Notice notice) {
    return new PageState(code, look, decision, word, Optional.of(notice), Optional.empty(), 0);
  }

  PageState saying(Sheet.Notice other) {
    return new PageState(code, look, decision, word, Optional.of(other), nonce, pollSeconds);
  }

  PageState polling(int seconds) {
    return new PageState(code, look, decision, word, notice, nonce, seconds);
  }
}
