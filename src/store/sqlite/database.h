// The thinnest skin over SQLite's C interface; inside store/sqlite/ only. A Database and its Statements are used by one
// thread at a time. A Statement must not outlive its Database.
#pragma once
#include <array>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/bytes.h"

struct sqlite3;
struct sqlite3_stmt;

namespace puente::store {

class Statement {
 public:
  Statement(sqlite3* database, const char* sql);
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  void bind(int position, std::int64_t value);
  void bind(int position, std::uint64_t value) { bind(position, static_cast<std::int64_t>(value)); }
  void bind(int position, int value) { bind(position, std::int64_t{value}); }
  void bind(int position, std::string_view value);
  void bind(int position, const std::string& value) { bind(position, std::string_view(value)); }
  void bind(int position, const char* value) { bind(position, std::string_view(value)); }
  void bind(int position, ByteView value);
  void bind(int position, const Bytes& value) { bind(position, ByteView(value)); }
  template <std::size_t N>
  void bind(int position, const std::array<std::uint8_t, N>& value) {
    bind(position, ByteView(value));
  }

  Result<bool> step();  // true: there is a row
  Status run();         // to the end
  template <typename Take>
  Status each(Take&& take) {  // take(row) for every row, until it refuses one
    while (true) {
      ASSIGN_OR_RETURN(const bool row, step());
      if (!row) return {};
      TRY(take(std::as_const(*this)));
    }
  }
  // What `read` makes of every row; of the first, or nothing when there is none.
  template <typename Read>
  auto all(Read&& read) -> Result<std::vector<std::decay_t<decltype(*read(std::declval<const Statement&>()))>>> {
    std::vector<std::decay_t<decltype(*read(std::declval<const Statement&>()))>> out;
    TRY(each([&](const Statement& row) -> Status {
      ASSIGN_OR_RETURN(auto item, read(row));
      out.push_back(std::move(item));
      return {};
    }));
    return out;
  }
  // Of the present row; columns from 0.
  std::int64_t integer(int column) const;
  std::string text(int column) const;
  Bytes blob(int column) const;

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
  int failure_;  // of preparing or binding: step() reports it
};

class Database {
 public:
  enum class Access { kCreate, kWrite, kRead, kReadFrozen };  // frozen: a copy that nobody writes, on a read-only place
  static Result<Database> open(const std::string& path, Access access);
  static Result<Database> in_memory();

  template <typename... Values>
  Statement query(const char* sql, const Values&... values) const {
    Statement statement(handle_.get(), sql);
    int position = 0;
    (statement.bind(++position, values), ...);
    return statement;
  }
  template <typename... Values>
  Status run(const char* sql, const Values&... values) const {
    return query(sql, values...).run();
  }
  // The one number that a query gives; `otherwise` when it gives no row.
  template <typename... Values>
  Result<std::int64_t> number(std::int64_t otherwise, const char* sql, const Values&... values) const {
    Statement statement = query(sql, values...);
    ASSIGN_OR_RETURN(const bool row, statement.step());
    return row ? statement.integer(0) : otherwise;
  }
  Status script(const char* sql) const;  // several statements
  std::int64_t changes() const;          // rows of the last statement
  std::int64_t last_id() const;
  bool in_transaction() const;
  void wait_ms(int wait_ms_max) const;
  std::int64_t pages_written() const;  // into the write-ahead log so far, by transactions that were undone as well

  // Brings the write-ahead log into the file, overwrites it with zeroes where it lies and cuts it: its blocks go back
  // to the file system with nothing in them. kUnavailable while somebody else reads from it.
  Status empty_log() const;
  // Of any number of arguments, which it is given one after another: the type, then a number or counted bytes.
  using Function = std::function<void(ByteView arguments)>;
  Status add_function(const char* name, Function function) const;
  // SQLite itself would delete the log as it is when the last connection closes; it may do so to one that is empty.
  void let_close_delete_the_log() const;

 private:
  struct Close {
    void operator()(sqlite3* handle) const;
  };
  explicit Database(sqlite3* handle) : handle_(handle) {}
  Status checkpoint(const char* sql) const;
  Status overwrite_log() const;
  std::unique_ptr<sqlite3, Close> handle_;
};

}  // namespace puente::store
