#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include <executus/tool/ask_user.hpp>
#include <executus/tool/typed_tool.hpp>

namespace executus::tool {
namespace {

struct Asked {
  std::string question;
  std::optional<std::vector<std::string>> choices;
};
BOOST_DESCRIBE_STRUCT(Asked, (), (question, choices))

}  // namespace

std::shared_ptr<Tool> make_ask_user() {
  return make_tool<Asked>({.name = std::string(kAskUser),
                           .description = "Ask the person this work is for a `question`, and wait for the answer, also "
                                          "for days. `choices`: answers to choose from; another one is possible.",
                           .effect = Effect::pure,
                           .kind = "question",
                           .categories = {"people"}},
                          [](const Asked&) { return Outcome(Failed{"the question was not answered"}); });
}

}  // namespace executus::tool
