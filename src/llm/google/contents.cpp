#include "llm/google/contents.hpp"

#include <utility>

#include <boost/json.hpp>

namespace executus::llm::google {
namespace {

namespace json = boost::json;

enum class Kind { user, results, model };

class Contents {
 public:
  void add(Kind kind, json::array parts) {
    if (parts.empty()) return;
    if (kinds_.empty() && kind != Kind::user) stand_in();
    if (kinds_.empty() || kinds_.back() != kind) begin(kind);
    auto& all = list_.back().get_object()["parts"].get_array();
    all.insert(all.end(), parts.begin(), parts.end());
  }

  json::array finish() && {
    if (kinds_.empty() || kinds_.back() == Kind::model) stand_in();
    return std::move(list_);
  }

 private:
  void begin(Kind kind) {
    kinds_.push_back(kind);
    list_.push_back(json::object{{"role", kind == Kind::model ? "model" : "user"}, {"parts", json::array{}}});
  }

  void stand_in() {
    begin(Kind::user);
    list_.back().get_object()["parts"].get_array().push_back(text_part("Go on."));
  }

  json::array list_;
  std::vector<Kind> kinds_;  // of the list's elements
};

}  // namespace

json::array contents_of(const Transcript& messages, const ToolNames& names, const Recipient& to) {
  Contents contents;
  for (const auto& message : messages) {
    if (message.role == Role::user) contents.add(Kind::user, user_parts(message));
    if (message.role == Role::assistant) contents.add(Kind::model, model_parts(message, names, to));
    if (message.role != Role::tool) continue;
    contents.add(Kind::results, result_parts(message, names, to));
    contents.add(Kind::user, result_images(message, names, to));
  }
  return std::move(contents).finish();
}

}  // namespace executus::llm::google
