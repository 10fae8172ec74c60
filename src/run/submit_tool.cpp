#include "run/submit_tool.hpp"

#include <boost/describe/class.hpp>

#include <executus/tool/typed_tool.hpp>

namespace executus::run {
namespace {

struct SubmitArgs {
  std::string answer;
};
BOOST_DESCRIBE_STRUCT(SubmitArgs, (), (answer))

}  // namespace

std::shared_ptr<tool::Tool> make_submit_tool() {
  auto submit = [](SubmitArgs args) -> tool::Outcome {
    tool::Done done{"Accepted. Close with a short reply; the first answer handed in counts.", {}};
    done.submitted = std::move(args.answer);
    return done;
  };
  return make_tool<SubmitArgs>("submit", "Hand in the final answer, complete.", tool::Effect::pure, submit);
}

}  // namespace executus::run
