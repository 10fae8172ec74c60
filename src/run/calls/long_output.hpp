// Long outputs of tools: the model is shown the beginning and the end, and all of it is kept as a file of the run,
// which it can read on.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include <executus/base/ids.hpp>
#include <executus/base/log.hpp>
#include <executus/llm/conversation.hpp>
#include <executus/run/input_files.hpp>
#include <executus/tool/registry.hpp>

namespace executus::run {

inline constexpr std::size_t kShownBytes = 100'000;  // of a long output

// What a model reads of `output`, all of which is the file `id`. Pure.
[[nodiscard]] std::string shown_of(std::string_view output, std::string_view id, const tool::Toolbox& toolbox);

// What it reads of an output that cannot be kept, `why`: as much of it, and that the rest is lost. Pure.
[[nodiscard]] std::string cut_output(std::string_view output, std::string_view why);

class LongOutputs final {
 public:
  // `files` may be null: none is kept.
  LongOutputs(const RunId& run, InputFiles* files, Logger& logger) : run_(run), files_(files), logger_(logger) {}

  // Whether shorten() would write a file of the run. It belongs to a run that is in the store by then.
  [[nodiscard]] bool needs_file(const tool::Outcome& outcome) const;

  // Replaces a text of `outcome` that is longer than kShownBytes. The file is there before this returns, so before the
  // outcome is in a journal; a call that is repeated after a crash keeps the same text in the same file. Never throws,
  // and no cancellation ends it: the call has happened.
  [[nodiscard]] Task<void> shorten(tool::Outcome& outcome, llm::CallPosition position, const tool::Toolbox& toolbox);

 private:
  Task<std::string> shortened(std::string output, llm::CallPosition position, const tool::Toolbox& toolbox);

  const RunId& run_;
  InputFiles* const files_;
  Logger& logger_;
};

}  // namespace executus::run
