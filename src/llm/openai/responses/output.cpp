#include "llm/openai/responses/output.hpp"

#include <optional>
#include <string>
#include <utility>

#include <boost/json.hpp>

#include <executus/llm/kit/answer_errors.hpp>
#include <executus/llm/kit/wire.hpp>

#include "base/text.hpp"
#include "llm/answer/told_twice.hpp"
#include "llm/openai/responses/item.hpp"
#include "llm/openai/responses/matching.hpp"

namespace executus::llm::openai {
namespace {

namespace json = boost::json;

using Items = std::vector<json::object>;

// Nothing: they differ.
std::optional<json::object> laid_over(const json::object& streamed, json::object end) {
  for (const auto& [key, value] : streamed) {
    bool is_told = key == "content" || key == "arguments" || (key == "status" && value == "in_progress");
    const auto* said = end.if_contains(key);
    if (!is_told && (!said || !reports_something(*said))) end[key] = value;
  }
  auto type = text_in(end, "type");
  if (type == kMessageItem) {
    auto before = text_of_item(streamed), again = text_of_item(end);
    auto text = told_twice(before.text, again.text), refusal = told_twice(before.refusal, again.refusal);
    if (!text || !refusal) return std::nullopt;
    if (*text != again.text || *refusal != again.refusal) end["content"] = content_of(*text, *refusal);
  } else if (type == kCallItem) {
    auto name = text_in(streamed, "name");
    if (!name.empty() && name != text_in(end, "name")) return std::nullopt;
    auto arguments = arguments_told_twice(item_arguments(streamed), item_arguments(end));
    if (!arguments) return std::nullopt;
    end["arguments"] = *std::move(arguments);
  } else if (const auto* content = streamed.if_contains("content"); content && !end.contains("content")) {
    end["content"] = *content;
  }
  return end;
}

}  // namespace

Result<std::vector<json::object>> output_of(const std::vector<StreamedItem>& streamed, const Items& end) {
  auto found = matched_items(streamed, end);
  if (!found) return failed("model.broken", "too many of the items of its end are not those of its pieces");
  const auto& matches = *found;
  std::vector<std::size_t> place(streamed.size(), kNewItem);  // in the end, of each item of the stream
  Items laid;
  for (std::size_t i = 0; i < end.size(); ++i) {
    if (matches[i] != kNewItem) place[matches[i]] = i;
    const auto* before = matches[i] == kNewItem ? nullptr : &streamed[matches[i]];
    auto item = before ? laid_over(before->item, end[i]) : std::optional(end[i]);
    if (!item) return failed("model.broken", "its end is not what its pieces were");
    bool unfinished = before && !before->is_whole && trim(item_arguments(end[i])).empty();
    if (unfinished) return failed("model.broken", "the pieces of its tool calls do not fit together");
    laid.push_back(*std::move(item));
  }
  std::vector<Items> behind(end.size() + 1);  // an item of the end; the first: before all of them
  std::size_t last = 0;
  for (std::size_t k = 0; k < streamed.size(); ++k) {
    if (place[k] != kNewItem) last = place[k] + 1;
    if (place[k] == kNewItem && !streamed[k].is_whole)
      return failed("model.broken", "the pieces of its tool calls do not fit together");
    if (place[k] == kNewItem) behind[last].push_back(streamed[k].item);
  }
  Items all = std::move(behind.front());
  for (std::size_t i = 0; i < laid.size(); ++i) {
    all.push_back(std::move(laid[i]));
    for (auto& item : behind[i + 1]) all.push_back(std::move(item));
  }
  return all;
}

}  // namespace executus::llm::openai
