// Shows a run on a terminal while it happens: a line per tool call, and the answer as it is written.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <executus/run/observer.hpp>

#include "cli/output/terminal.hpp"

namespace executus::cli {

// Threads: runs may report from several at once.
class Progress final : public RunObserver {
 public:
  explicit Progress(Terminal terminal) : terminal_(terminal) {}

  void on_entry(const RunId& run, const journal::Entry& entry) override;
  void on_activity(const RunId& run, const Activity& activity) override;
  void on_text(const RunId& run, const ResponseDraft& draft, std::string_view delta) override;
  void on_reset(const RunId& run, const ResponseDraft& draft) override;
  void on_delay(const RunId& run, std::string_view reason) override;

  // Whether the last text that was shown is `text`: then it need not be shown again.
  [[nodiscard]] bool has_shown(const std::string& text) const;

  // Ends a line of text that stands open.
  void finish_line();

 private:
  // All with mutex_ held.
  void end_text();
  void end_activity();
  void note_late(Activity::State state, std::string_view summary);
  void line(std::string_view mark, Style style, std::string_view text);
  [[nodiscard]] std::string marked(std::string_view mark, Style style, std::string_view text) const;

  const Terminal terminal_;
  mutable std::mutex mutex_;
  std::string shown_;              // text of the response that is being shown
  std::string last_shown_;         // of the last one that was shown to its end
  std::vector<std::string> late_;  // lines of calls that failed before it
  bool open_line_ = false;
  std::string open_activity_;  // the line of this running activity stands open: its end replaces it
};

}  // namespace executus::cli
