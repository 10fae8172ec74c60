#include "cli/output/progress.hpp"

#include <utility>

#include "base/text.hpp"

namespace executus::cli {
namespace {

constexpr std::size_t kSummaryWidth = 72;  // one line of a common terminal: it is overwritten

// Output of progress must never hurt the run: a closed terminal is no reason to fail.
void show(std::string_view text) noexcept {
  try {
    write_out(text);
  } catch (...) {  // the terminal is gone; the result is in the journal
  }
}

}  // namespace

// What was streamed of a response is complete once its entry is there.
void Progress::on_entry(const RunId&, const journal::Entry& entry) {
  std::lock_guard lock(mutex_);
  if (const auto* responded = std::get_if<journal::Responded>(&entry.payload)) {
    if (shown_.empty() && !responded->response.message.tool_calls.empty()) {
      auto text = responded->response.message.text();
      if (!trim(text).empty()) show(printable(text)), shown_ = text, open_line_ = !text.ends_with('\n');
    }
    end_text();
  }
}

void Progress::on_activity(const RunId& run, const Activity& activity) {
  std::lock_guard lock(mutex_);
  auto id = run.str() + "/" + activity.id;
  auto summary = printable_line(activity.summary);
  summary = clip(summary, kSummaryWidth);
  if (activity.state != Activity::State::running && !shown_.empty()) return note_late(activity.state, summary);
  if (open_activity_ == id && activity.state != Activity::State::running) {
    show("\r\x1b[2K");
    open_activity_.clear();
  }
  end_text();
  if (activity.state == Activity::State::running) {
    show(marked("\u203a", Style::dim, summary));
    open_activity_ = id;
  } else if (activity.state == Activity::State::complete) {
    line("\u2713", Style::green, summary);
  } else {
    line("\u2717", Style::red, summary);
  }
}

// Of a call whose outcome became durable with the response that follows it. That one is being shown, so the call has
// ended: only a failure is still worth a line, below the text.
void Progress::note_late(Activity::State state, std::string_view summary) {
  if (state == Activity::State::error) late_.push_back(marked("\u2717", Style::red, summary) + "\n");
}

void Progress::on_text(const RunId&, const ResponseDraft&, std::string_view delta) {
  if (delta.empty()) return;
  std::lock_guard lock(mutex_);
  end_activity();
  show(printable(delta));
  shown_ += delta;
  open_line_ = !shown_.ends_with('\n');
}

void Progress::on_reset(const RunId&, const ResponseDraft&) {
  std::lock_guard lock(mutex_);
  if (shown_.empty()) return;
  if (open_line_) show("\n");
  open_line_ = false;
  shown_.clear();
  line("\u21ba", Style::yellow, "the answer was cut off and is asked for again");
}

void Progress::on_delay(const RunId&, std::string_view reason) {
  std::lock_guard lock(mutex_);
  end_text();
  line("\u2026", Style::yellow, printable_line(reason));
}

bool Progress::has_shown(const std::string& text) const {
  std::lock_guard lock(mutex_);
  return !text.empty() && last_shown_ == text;
}

void Progress::finish_line() {
  std::lock_guard lock(mutex_);
  end_text();
}

void Progress::end_activity() {
  if (!open_activity_.empty()) show("\n");
  open_activity_.clear();
}

void Progress::end_text() {
  end_activity();
  if (open_line_) show("\n");
  open_line_ = false;
  if (!shown_.empty()) last_shown_ = std::move(shown_);
  shown_.clear();
  for (const auto& failure : std::exchange(late_, {})) show(failure);
}

std::string Progress::marked(std::string_view mark, Style style, std::string_view text) const {
  return styled(mark, style, terminal_.colour) + " " + styled(text, Style::dim, terminal_.colour);
}

void Progress::line(std::string_view mark, Style style, std::string_view text) {
  show(marked(mark, style, text) + "\n");
}

}  // namespace executus::cli
