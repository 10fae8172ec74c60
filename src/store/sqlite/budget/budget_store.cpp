#include <utility>

#include <executus/store/sqlite/budget.hpp>

#include "budget/ledger.hpp"
#include "store/sqlite/budget/budget_tables.hpp"
#include "store/sqlite/open_database.hpp"

namespace executus::sqlite {
namespace {

using budget::Ledger;

// Each change is a part of one transaction of the writer, which lets one in at a time.
class SqliteBudgets final : public budget::BudgetStore {
 public:
  explicit SqliteBudgets(SharedDatabase database) : database_(std::move(database)) {}

  Task<void> set(budget::Limit limit, Put put, WallTime now) override {
    return done(change([limit = std::move(limit), put, now](Ledger& ledger) {
      ledger.set(limit, put, now);
      return Nothing{};
    }));
  }
  Task<std::optional<budget::Limit>> raise(std::string account, Amounts more) override {
    return change([account = std::move(account), more](Ledger& ledger) { return ledger.raise(account, more); });
  }
  Task<bool> remove(std::string account) override {
    return parts().change([account = std::move(account)](Connection& connection) {
      return BudgetTables(connection).erase_account(account);
    });
  }
  Task<BudgetTerms> terms(std::vector<std::string> accounts) override {
    return look([accounts = std::move(accounts)](Ledger& ledger) { return ledger.terms(accounts); });
  }
  Task<std::vector<budget::Standing>> list(WallTime now) override {
    return look([now](Ledger& ledger) { return ledger.list(now); });
  }
  Task<BudgetAnswer> reserve(budget::Report report, Amounts calls, WallTime now) override {
    return change(
        [report = std::move(report), calls, now](Ledger& ledger) { return ledger.reserve(report, calls, now); });
  }
  Task<void> settle(budget::Report report, Budget::Rest rest, WallTime now) override {
    return done(change([report = std::move(report), rest, now](Ledger& ledger) {
      ledger.settle(report, rest, now);
      return Nothing{};
    }));
  }
  Task<std::vector<budget::Hold>> holds() override {
    return parts().look([](Connection& connection) { return BudgetTables(connection).holds(); });
  }
  Task<bool> correct(RunId run, Amounts actual) override {
    return change([run = std::move(run), actual](Ledger& ledger) { return ledger.correct(run, actual); });
  }

 private:
  [[nodiscard]] OpenDatabase& parts() const { return **database_; }

  template <class Function, class R = std::invoke_result_t<Function&, Ledger&>>
  Task<R> change(Function function) {
    return parts().change([function = std::move(function)](Connection& connection) mutable {
      BudgetTables tables(connection);
      Ledger ledger(tables);
      return function(ledger);
    });
  }
  template <class Function, class R = std::invoke_result_t<Function&, Ledger&>>
  Task<R> look(Function function) {
    return parts().look([function = std::move(function)](Connection& connection) mutable {
      connection.execute("BEGIN");  // all of it as of one moment
      BudgetTables tables(connection);
      Ledger ledger(tables);
      auto result = function(ledger);
      connection.execute("COMMIT");
      return result;
    });
  }
  static Task<void> done(Task<Nothing> task) { (void)co_await std::move(task); }

  SharedDatabase database_;
};

}  // namespace

std::unique_ptr<budget::BudgetStore> make_budget_store(const Database& database) {
  return std::make_unique<SqliteBudgets>(database.shared());
}

}  // namespace executus::sqlite
