// A seeded case is of nobody and of no question: what tells a partner how its case ended takes none.
#include "service/inside.h"

namespace puente {

#ifdef WRONG
using Seeded = PracticeCase;
#else
using Seeded = Case;
#endif

Status tell_of_seeded(const service::Node::Inside& node, store::Transaction& transaction,
                      const Seeded& decided);  // test/no_compile
Status tell_of_seeded(const service::Node::Inside& node, store::Transaction& transaction, const Seeded& decided) {
  return service::enqueue_verdict(node, transaction, decided);
}

}  // namespace puente
