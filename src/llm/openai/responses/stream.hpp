// Puts a streamed answer of the Responses API together. Pure: events go in, text to show and in the end a Response come
// out. The stream ends with response.completed, .incomplete or .failed, or with an error event; what it does not know,
// it ignores.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include <executus/base/json_scan.hpp>
#include <executus/llm/kit/protocol.hpp>

#include "llm/openai/responses/output.hpp"
#include "llm/openai/responses/places.hpp"
#include "llm/openai/responses/response.hpp"

namespace executus::llm::openai {

class ResponsesReader final : public AnswerReader {
 public:
  explicit ResponsesReader(Asked asked) : asked_(std::move(asked)) {}

  [[nodiscard]] Response whole(std::string_view body) override;
  [[nodiscard]] std::string add(std::string_view event) override;
  [[nodiscard]] std::vector<Aside> asides() override { return std::exchange(asides_, {}); }
  [[nodiscard]] bool done() const noexcept override { return end_.has_value(); }

  // A "response" that is completed or incomplete.
  [[nodiscard]] bool is_ended_body(const boost::json::object& body) const override;

  [[nodiscard]] Usage used() const override { return end_ ? response_usage(*end_) : Usage{}; }

  // Truncated: the end was not seen. What the end says is laid over the pieces when it comes; broken: the two differ.
  [[nodiscard]] Response finish() override;

 private:
  // An item of the output while it arrives.
  struct Item {
    ItemPlaces::Index index;
    std::string id;
    boost::json::object known;  // as it was added, or done
    std::string text;           // what came in pieces
    std::string refusal;
    std::string arguments;
    JsonScan scan;      // of its arguments
    bool told = false;  // its arguments as a whole
    bool done = false;
  };

  [[nodiscard]] std::string take(std::string_view type, const boost::json::object& event);
  [[nodiscard]] std::string add_shown(const boost::json::object& event, std::string Item::* piece);
  [[nodiscard]] std::string complete(const boost::json::object& event);
  [[nodiscard]] std::string shown(std::size_t place, std::string delta);
  void lay_over(std::string& pieces, std::optional<std::string> told) const;
  void lay_arguments(std::size_t place, std::string arguments);
  void grow_arguments(const boost::json::object& event);
  void tell_arguments(const boost::json::object& event);
  void check_is_call(const Item& item) const;
  void take_known(std::size_t place, const boost::json::object& item);
  [[nodiscard]] std::set<std::string> told_calls() const;
  void check_strays(const std::set<std::string>& told) const;
  void begin(const boost::json::object& event);
  void end(const boost::json::object& event);
  [[nodiscard]] std::optional<std::size_t> completed_by(const boost::json::object& item, ItemPlaces::Index index);
  [[nodiscard]] std::optional<std::size_t> same_among(const std::set<std::size_t>& open,
                                                      const boost::json::object& item);
  [[nodiscard]] std::size_t place_of_text(const boost::json::object& event);
  [[nodiscard]] std::optional<std::size_t> call_for(const boost::json::object& event);
  [[nodiscard]] std::optional<std::size_t> told_again(const boost::json::object& event) const;
  std::size_t add_item(ItemPlaces::Index index, std::string id);
  std::size_t add_waiting(ItemPlaces::Index index, std::string id);
  [[nodiscard]] std::vector<StreamedItem> items();
  [[nodiscard]] std::string take_output();

  Asked asked_;
  std::vector<Item> items_;  // as they came
  std::vector<Aside> asides_;
  ItemPlaces places_;
  std::optional<std::size_t> message_;  // that began last
  std::optional<std::size_t> grown_;    // the call that got arguments last
  bool strays_ = false;                 // arguments came, and several calls wait for theirs
  std::size_t mismatches_ = 0;          // of items that are done with those that may be them
  std::optional<std::size_t> showing_;  // whose text was shown last
  std::string shown_;
  std::vector<boost::json::object> output_;  // once the end is there
  std::optional<boost::json::object> end_;
};

}  // namespace executus::llm::openai
