#include "cli/output/csv.hpp"

#include <gtest/gtest.h>

namespace executus::cli {
namespace {

TEST(Csv, QuotesWhatHoldsItsOwnSigns) {
  EXPECT_EQ(csv_row({"a", "", "3"}), "a,,3\r\n");
  EXPECT_EQ(csv_row({"a,b", "say \"hi\"", "two\nlines"}), "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n");
}

TEST(Csv, MakesNoFormulaOfAText) {
  EXPECT_EQ(csv_row({"=1+2", "+1", "-1", "@sum", "\tx", "a=b", "it's"}), "'=1+2,'+1,'-1,'@sum,'\tx,a=b,it's\r\n");
  EXPECT_EQ(csv_row({"=HYPERLINK(\"x\",\"y\")"}), "\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n");
}

TEST(Csv, DrivesNoTerminal) { EXPECT_EQ(csv_row({"\x1b[2J"}), "\xef\xbf\xbd[2J\r\n"); }

}  // namespace
}  // namespace executus::cli
