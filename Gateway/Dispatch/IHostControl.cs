using OrleansKv.Engine.Commands;
using OrleansKv.Gateway.Sessions;

namespace OrleansKv.Gateway.Dispatch;

/// <summary>What a host does beyond running data commands; each method writes the reply of the command it is named after.</summary>
internal interface IHostControl
{
    void Rebalance(Session session, in ArgList args);

    void Nodes(Session session);
}
