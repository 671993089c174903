using System.Net;
using OrleansKv.Embedded;
using OrleansKv.Engine.Commands;
using OrleansKv.Engine.Store;
using OrleansKv.Gateway;
using OrleansKv.Gateway.Dispatch;
using OrleansKv.Gateway.Sessions;
using OrleansKv.Gateway.Transport;
using OrleansKv.Gateway.Transport.Epoll;
using OrleansKv.Gateway.Transport.Streams;

int port = int.Parse(args[0]);
bool streams = args.Length > 1 && args[1] == "streams";
var store = new NodeStore();
var server = new GatewayServer(new LocalShardDispatcher(store, true), TimeProvider.System) { Control = new C(), Faults = new((w, e) => Console.WriteLine(w + e)) };
ITransport t = streams ? new StreamTransport(server, null, i => new Worker(i, store.CreateLockSet())) : new EpollTransport(server, 1, i => new Worker(i, store.CreateLockSet()));
var l = Listener.Bind(new ListenerOptions([IPAddress.Loopback], port, 1), t);
l.Start();
Console.WriteLine("ready");
Thread.Sleep(-1);

internal sealed class C : IHostControl { public void Rebalance(Session s, in ArgList a) { } public void Nodes(Session s) { } }
