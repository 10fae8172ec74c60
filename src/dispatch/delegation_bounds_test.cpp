#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <executus/dispatch/delegation_bounds.hpp>

namespace executus {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string code_of(const Result<DelegationBounds>& entered) { return entered ? "entered" : entered.error().code(); }

TEST(DelegationBounds, CarriesTheChainFromTheRoot) {  // [COR-17]
  auto below = DelegationBounds({"lead"}).enter("writer").value().enter("checker").value();
  EXPECT_THAT(below.chain(), ElementsAre("lead", "writer", "checker"));
}

TEST(DelegationBounds, RefusesAnAgentBelowItself) {  // [COR-14]
  auto b = DelegationBounds({"a"}).enter("b").value();

  auto again = b.enter("a");

  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().code(), "dispatch.loop");
  EXPECT_THAT(again.error().message(), HasSubstr("a -> b -> a"));
  EXPECT_EQ(code_of(b.enter("b")), "dispatch.loop") << "a run that starts itself";
  EXPECT_EQ(b.descendants(), 1) << "what is refused is not counted";
}

TEST(DelegationBounds, LetsSiblingsHaveTheSameSubject) {  // [COR-14]
  DelegationBounds root({"a"});
  EXPECT_EQ(code_of(root.enter("b")), "entered");
  EXPECT_EQ(code_of(root.enter("b")), "entered");
}

TEST(DelegationBounds, DoesNotTakeUnnamedAgentsForEachOther) {  // [COR-14]
  auto below = DelegationBounds({""}, {2, 10}).enter("").value();
  EXPECT_EQ(code_of(below.enter("")), "entered");
  auto deepest = below.enter("").value();
  EXPECT_THAT(deepest.enter("").error().message(), HasSubstr("(unnamed) -> (unnamed)")) << "they do have depth";
}

TEST(DelegationBounds, RefusesWhatIsTooDeep) {  // [COR-15]
  auto second = DelegationBounds({"a"}, {2, 10}).enter("b").value().enter("c").value();

  auto third = second.enter("d");

  EXPECT_EQ(code_of(third), "dispatch.depth");
  EXPECT_THAT(third.error().message(), HasSubstr("a -> b -> c -> d"));
}

TEST(DelegationBounds, CountsTheRunsAboveThatAnotherProcessStarted) {  // [COR-15] [COR-17]
  DelegationBounds recovered({"a", "b", "c"}, {2, 10});
  EXPECT_EQ(code_of(recovered.enter("d")), "dispatch.depth");
}

TEST(DelegationBounds, SharesTheBudgetOfDescendantsInTheWholeTree) {  // [COR-16]
  DelegationBounds root({"a"}, {5, 3});
  auto left = root.enter("b").value();
  auto right = root.enter("c").value();
  (void)left.enter("d").value();

  auto one_too_many = right.enter("e");

  EXPECT_EQ(code_of(one_too_many), "dispatch.descendants");
  EXPECT_THAT(one_too_many.error().message(), HasSubstr("a -> c -> e"));
  EXPECT_EQ(code_of(root.enter("f")), "dispatch.descendants");
  EXPECT_EQ(DelegationBounds({"a"}, {5, 3}).descendants(), 0) << "another tree has a budget of its own";
}

TEST(DelegationBounds, CountsAChildThatIsThereAlreadyAndDoesNotRefuseIt) {  // [COR-16]
  DelegationBounds root({"a"}, {1, 1});
  auto child = root.reenter("b");
  (void)root.reenter("b");
  EXPECT_THAT(child.chain(), ElementsAre("a", "b"));
  EXPECT_EQ(child.descendants(), 2) << "more than the limit, which was another one then";
  EXPECT_EQ(code_of(root.enter("c")), "dispatch.descendants");
}

TEST(DelegationBounds, AMappedRunHasABudgetOfItsOwnAndTakesNone) {  // [COR-16] [WFL-01]
  DelegationBounds root({"a"}, {5, 1});
  auto first = root.enter_mapped("b").value();
  auto second = root.enter_mapped("b").value();
  EXPECT_EQ(root.descendants(), 0);
  EXPECT_THAT(first.chain(), ElementsAre("a", "b"));
  EXPECT_EQ(code_of(first.enter("c")), "entered");
  EXPECT_EQ(code_of(first.enter("d")), "dispatch.descendants");
  EXPECT_EQ(code_of(second.enter("c")), "entered") << "what is below its neighbour counts there";
  EXPECT_EQ(code_of(root.enter("c")), "entered");
}

TEST(DelegationBounds, AMappedRunIsRefusedWhereAnyOtherIs) {  // [COR-14] [COR-15] [WFL-01]
  DelegationBounds root({"a"}, {1, 10});
  EXPECT_EQ(code_of(root.enter_mapped("a")), "dispatch.loop");
  EXPECT_EQ(code_of(root.enter_mapped("b").value().enter_mapped("c")), "dispatch.depth");
}

TEST(DelegationBounds, HoldsTheBudgetWhenRunsEnterAtTheSameTime) {  // [COR-16]
  DelegationBounds root({"a"}, {5, 1'000});
  std::atomic<int> entered{0};
  auto enter_often = [&] {
    for (int i = 0; i < 600; ++i) entered += root.enter("b").ok() ? 1 : 0;
  };

  std::thread other(enter_often);
  enter_often();
  other.join();

  EXPECT_EQ(entered, 1'000);
  EXPECT_EQ(root.descendants(), 1'000);
}

TEST(DelegationBounds, DoesNotCountTheRoot) {  // [COR-16]
  auto root = DelegationBounds({}, {1, 1}).enter("a").value();
  EXPECT_EQ(root.descendants(), 0);
  EXPECT_EQ(code_of(root.enter("b")), "entered");
}

TEST(DelegationBounds, UsesTheDefaultsForLimitsThatAreNotPositive) {  // [COR-17]
  DelegationBounds bounds({"a"}, {0, -1});
  EXPECT_EQ(bounds.limits().max_depth, DelegationLimits{}.max_depth);
  EXPECT_EQ(bounds.limits().max_descendants, DelegationLimits{}.max_descendants);
}

}  // namespace
}  // namespace executus
