#include <algorithm>
#include <cstdint>
#include <utility>

#include <executus/run/painting.hpp>

namespace executus {
namespace {

constexpr std::int64_t kTokensOfImage = 8'000;  // more than OpenAI counts for its largest ones
constexpr std::int64_t kBytesOfToken = 4;

class Used final : public llm::SpentSink {
 public:
  void spent(const std::string& /*target*/, const llm::Usage& usage) noexcept override { all += usage; }
  llm::Usage all;
};

struct Painting {
  std::shared_ptr<llm::ImageModel> model;
  llm::ImageRequest request;
  std::vector<llm::Image> images = {};
};

Task<llm::Usage> painted(Painting& painting) {
  Used used;
  painting.request.spent = &used;
  painting.images = co_await painting.model->generate(std::move(painting.request));
  co_return used.all;
}

llm::Usage at_most(const llm::ImageRequest& request) {
  auto prompt = static_cast<std::int64_t>(request.prompt.size()) / kBytesOfToken + 1;
  return {prompt, kTokensOfImage * std::max(request.count, 1), 0, 0, 0};
}

Task<std::vector<llm::Image>> painted_within(std::function<Task<void>(tool::PaidCall)> pay, Painting painting) {
  tool::PaidCall paid{painting.model->target(), at_most(painting.request), {}};
  paid.make = [&painting] { return painted(painting); };
  co_await pay(std::move(paid));
  co_return std::move(painting.images);
}

}  // namespace

Task<std::vector<llm::Image>> paint(const tool::Call& call, std::shared_ptr<llm::ImageModel> model,
                                    llm::ImageRequest request) {
  request.spent = nullptr;
  if (!call.pay) return model->generate(std::move(request));
  return painted_within(call.pay, {std::move(model), std::move(request)});
}

}  // namespace executus
