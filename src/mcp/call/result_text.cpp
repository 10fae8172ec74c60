#include "mcp/call/result_text.hpp"

#include <algorithm>
#include <utility>

#include <executus/base/json.hpp>
#include <executus/base/json_schema.hpp>

#include "base/among.hpp"

namespace executus::mcp {
namespace {

constexpr std::size_t kLargestImage = std::size_t{5} * 1024 * 1024;

std::string size_in_words(std::size_t bytes) {
  return bytes < 1024 ? std::to_string(bytes) + " bytes" : std::to_string((bytes + 512) / 1024) + " KB";
}

bool is_for_models(const MediaBlock& media) {
  constexpr std::string_view kKinds[] = {"image/png", "image/jpeg", "image/gif", "image/webp"};
  return media.kind == MediaBlock::Kind::image && media.bytes.size() <= kLargestImage && is_among(media.mime, kKinds);
}

// Puts blocks into words, one after the other.
class Words final {
 public:
  explicit Words(bool with_images) : with_images_(with_images) {}

  void operator()(const TextBlock& block) { add(block.text); }
  void operator()(const DocumentBlock& block) { add("[" + block.uri + "]\n" + block.text); }
  void operator()(const OtherBlock& block) { add("[a part that cannot be shown: " + block.why + "] " + block.json); }
  void operator()(const LinkBlock& block) {
    auto about = block.uri + (block.mime.empty() ? "" : ", " + block.mime);
    if (block.size >= 0) about += ", " + size_in_words(static_cast<std::size_t>(block.size));
    add("[link: " + block.name + ", " + about + "]" + (block.description.empty() ? "" : " " + block.description));
  }
  void operator()(const MediaBlock& block) {
    auto what = block.mime + ", " + size_in_words(block.bytes.size()) + (block.uri.empty() ? "" : ", " + block.uri);
    if (!with_images_ || !is_for_models(block)) return add("[" + what + ": not shown, and not kept]");
    shown_.images.push_back({block.bytes, block.mime});
    add("[image " + std::to_string(shown_.images.size()) + ": " + what + "]");
  }

  void add(std::string_view part) {
    if (!shown_.text.empty()) shown_.text += "\n\n";
    shown_.text += part;
  }
  [[nodiscard]] Shown take() { return std::move(shown_); }

 private:
  const bool with_images_;
  Shown shown_;
};

bool says_the_same(const std::vector<Block>& content, const boost::json::value& structured) {
  const auto wanted = canonical_json(structured);
  return std::ranges::any_of(content, [&](const Block& block) {
    const auto* text = std::get_if<TextBlock>(&block);
    auto value = text ? parse_json(text->text) : Result<boost::json::value>(failed("", ""));
    return value && canonical_json(*value) == wanted;
  });
}

Words words_of(const CallResult& result, bool with_images) {
  Words words(with_images);
  for (const auto& block : result.content) std::visit(words, block);
  if (result.structured && !says_the_same(result.content, *result.structured))
    words.add((result.content.empty() ? "" : "structured result:\n") + write_json(*result.structured));
  return words;
}

void add_misfits(Words& words, const CallResult& result, const boost::json::object& output) {
  if (!result.structured) return words.add("[the result lacks the structured content that its tool declares]");
  std::string misfits;
  for (const auto& finding : validate(output, *result.structured)) misfits += (misfits.empty() ? "" : "; ") + finding;
  if (!misfits.empty()) words.add("[the result is not what its tool declares: " + misfits + "]");
}

}  // namespace

Shown shown(const CallResult& result, const std::optional<boost::json::object>& output) {
  auto words = words_of(result, true);
  if (output) add_misfits(words, result, *output);
  auto shown = words.take();
  if (shown.text.empty()) shown.text = "(no content)";
  return shown;
}

std::string text_of_error(const CallResult& result) {
  auto text = words_of(result, false).take().text;
  return text.empty() ? "the tool failed, and says nothing of why" : text;
}

}  // namespace executus::mcp
