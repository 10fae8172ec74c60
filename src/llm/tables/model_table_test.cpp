#include "llm/tables/model_table.hpp"

#include <gtest/gtest.h>

namespace executus::llm {
namespace {

bool row_names(std::string_view row, std::string_view target) { return fit(row, target).has_value(); }

TEST(ModelTable, ARowNamesAModelAndItsReleases) {  // [MOD-12]
  EXPECT_TRUE(row_names("o/gpt-5.4", "o/gpt-5.4"));
  EXPECT_TRUE(row_names("o/gpt-5.4", "o/gpt-5.4-2026-03-05"));
  EXPECT_TRUE(row_names("a/claude-opus-4-5", "a/claude-opus-4-5-20251101"));
  EXPECT_TRUE(row_names("a/claude-opus-4-5", "a/claude-opus-4-5-latest"));
  EXPECT_TRUE(row_names("o/gpt-4", "o/gpt-4-0613"));
}

TEST(ModelTable, ARowNamesNoOtherModelThatBeginsLikeIt) {  // [MOD-12]
  EXPECT_FALSE(row_names("o/gpt-5", "o/gpt-5.4"));
  EXPECT_FALSE(row_names("o/gpt-5.4", "o/gpt-5.4-mini"));
  EXPECT_FALSE(row_names("o/gpt-5.4", "o/gpt-5.4-pro-2026-03-05"));
  EXPECT_FALSE(row_names("a/claude-opus-5", "a/claude-opus-5-5"));
  EXPECT_FALSE(row_names("a/claude-opus-4", "a/claude-opus-4-1-20250805"));
  EXPECT_FALSE(row_names("o/gpt-4.1", "o/ft:gpt-4.1:acme"));
  EXPECT_FALSE(row_names("o/gpt-4", "lab/gpt-4"));
  EXPECT_FALSE(row_names("o/gpt-4", "o/gpt-"));
}

TEST(ModelTable, TheRowThatSaysMostCounts) {
  ModelTable<int> table;
  table.put_above({.rows = {{"lab/*", 1}, {"lab/llama*", 2}, {"lab/llama", 3}, {"lab/llama-70b", 4}}});

  EXPECT_EQ(*table.find("lab/gemma"), 1);
  EXPECT_EQ(*table.find("lab/llama-8b"), 2);
  EXPECT_EQ(*table.find("lab/llama"), 3);
  EXPECT_EQ(*table.find("lab/llama-20260101"), 3);
  EXPECT_EQ(*table.find("lab/llama-70b"), 4);
  EXPECT_EQ(table.find("other/llama"), nullptr);
}

TEST(ModelTable, AnyRowOfAUserCountsBeforeTheShippedOnes) {
  ModelTable<int> table;
  table.put_above({.rows = {{"openai/gpt-5", 1}}});
  table.put_above({.rows = {{"openai/*", 2}}});

  EXPECT_EQ(*table.find("openai/gpt-5"), 2);
}

TEST(ModelTable, AProviderMayBeLikeAnother) {
  ModelTable<int> table;
  table.put_above({.rows = {{"openai/gpt-5", 1}}});
  table.put_above({.rows = {{"work/gpt-6", 2}}, .like = {{"work", "openai"}}});

  EXPECT_EQ(*table.find("work/gpt-5"), 1);
  EXPECT_EQ(*table.find("work/gpt-6"), 2);
  EXPECT_EQ(table.find("home/gpt-5"), nullptr);
}

}  // namespace
}  // namespace executus::llm
