#include "run/calls/long_output.hpp"

#include <utility>

#include <executus/async/cancel.hpp>
#include <executus/base/digest.hpp>

#include "base/text.hpp"

namespace executus::run {
namespace {

constexpr std::size_t kShownOfEnd = kShownBytes / 4;
constexpr std::size_t kDigestDigits = 12;

// The last bytes, from the beginning of a character on.
std::string_view end_of(std::string_view text, std::size_t bytes) {
  auto from = text.size() - bytes;
  while (from < text.size() && (static_cast<unsigned char>(text[from]) & 0xc0) == 0x80) ++from;
  return text.substr(from);
}

// The beginning and the end, and what is said `about` the bytes between them.
std::string both_ends(std::string_view output, const std::string& about) {
  std::string shown(clip_bytes(output, kShownBytes - kShownOfEnd));
  auto end = end_of(output, kShownOfEnd);
  return shown + "\n[bytes " + std::to_string(shown.size() + 1) + " to " + std::to_string(output.size() - end.size()) +
         " of " + std::to_string(output.size()) + " are not shown here; " + about + "]\n" + std::string(end);
}

// Null: an outcome that has no text. `outcome` may be const.
auto* text_of(auto& outcome) {
  auto* done = std::get_if<tool::Done>(&outcome);
  auto* wrong = std::get_if<tool::Failed>(&outcome);
  auto* text = done ? &done->text : nullptr;
  return wrong ? &wrong->message : text;
}

// Named after the call and the content, so that another content is another file.
InputFile file_of(std::string output, llm::CallPosition position) {
  std::string name = "output-" + std::to_string(position.response) + "." + std::to_string(position.index) + "-" +
                     sha256_hex(output).substr(0, kDigestDigits) + ".txt";
  return {std::move(name), "text/plain", std::move(output)};
}

std::string how_to_read(const tool::Toolbox& toolbox, std::string_view id) {
  if (!toolbox.find("read_file")) return "; this agent has no tool read_file to read on: ask for less";
  return "; read_file shows any part of " + std::string(id) + ", with offset and column";
}

// In a scope of its own.
Task<std::optional<std::string>> kept(InputFiles& files, RunId run, InputFile file) {
  TaskContext context = co_await this_task();
  CancelScope scope;
  TaskContext inner{context.strand, &scope};
  auto keeping = files.keep_output(std::move(run), std::move(file));
  co_return co_await std::move(keeping).in(inner);
}

}  // namespace

std::string shown_of(std::string_view output, std::string_view id, const tool::Toolbox& toolbox) {
  return both_ends(output, "all of it is the file " + std::string(id) + how_to_read(toolbox, id));
}

std::string cut_output(std::string_view output, std::string_view why) {
  return both_ends(output, "they are lost: " + std::string(why));
}

bool LongOutputs::needs_file(const tool::Outcome& outcome) const {
  const auto* text = files_ ? text_of(outcome) : nullptr;
  return text && text->size() > kShownBytes && text->size() <= kMaxInputFile;
}

Task<void> LongOutputs::shorten(tool::Outcome& outcome, llm::CallPosition position, const tool::Toolbox& toolbox) {
  auto* text = text_of(outcome);
  if (!text || text->size() <= kShownBytes) co_return;
  *text = co_await shortened(std::move(*text), position, toolbox);
}

Task<std::string> LongOutputs::shortened(std::string output, llm::CallPosition position, const tool::Toolbox& toolbox) {
  if (!files_) co_return cut_output(output, "this run has no place for files");
  if (output.size() > kMaxInputFile) co_return cut_output(output, "it is too long to be kept as a file");
  std::string why = "long outputs are not kept here";
  try {
    auto id = co_await kept(*files_, run_, file_of(output, position));
    if (id) co_return shown_of(output, *id, toolbox);
  } catch (...) {
    why = current_error().message();
    logger_.log(LogLevel::error, "a long output of a tool could not be kept as a file of the run: " + why);
  }
  co_return cut_output(output, why);
}

}  // namespace executus::run
