#include "llm/catalog/parameter_model.hpp"

#include <gtest/gtest.h>

#include <executus/testing/manual_loop.hpp>

namespace executus::llm {
namespace {

// Keeps what it is asked.
class AskedModel final : public Model {
 public:
  Task<Response> generate(Request request, StreamObserver*) override {
    asked = std::move(request);
    co_return Response{};
  }
  [[nodiscard]] const std::string& target() const override { return target_; }
  Request asked;

 private:
  std::string target_ = "lab/m";
};

Request asked_with(ModelParameters parameters, Request request) {
  testing::ManualLoop loop;
  auto model = std::make_shared<AskedModel>();
  (void)loop.run(with_parameters(model, std::move(parameters))->generate(std::move(request), nullptr));
  return std::move(model->asked);
}

TEST(ParameterModel, SaysWhatTheRequestDoesNot) {  // [MOD-04]
  auto asked = asked_with({.effort = "high", .max_output_tokens = 80, .temperature = 0.5}, {});

  EXPECT_EQ(asked.effort, "high");
  EXPECT_EQ(asked.max_output_tokens, 80);
  EXPECT_EQ(asked.temperature, 0.5);
}

TEST(ParameterModel, LeavesWhatTheRequestSays) {
  Request request;
  request.effort = "low";
  request.max_output_tokens = 7;
  request.temperature = 0;

  auto asked = asked_with({.effort = "high", .max_output_tokens = 80, .temperature = 0.5}, std::move(request));

  EXPECT_EQ(asked.effort, "low");
  EXPECT_EQ(asked.max_output_tokens, 7);
  EXPECT_EQ(asked.temperature, 0);
}

}  // namespace
}  // namespace executus::llm
