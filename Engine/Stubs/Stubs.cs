#pragma warning disable
using OrleansKv.Engine.Shards;
namespace OrleansKv.Engine.Commands {
public static class DataCommands { public static IReadOnlyList<CommandSpec> All => [ new("get",2,CommandFlags.ReadOnly|CommandFlags.Fast,1,1,1,"string","1","","",Get), new("set",-3,CommandFlags.Write|CommandFlags.DenyOom,1,1,1,"string","1","","",Set)];
 static void Get(ref CommandContext c){ var k=c.Key(1); var s=c.ShardOf(k); var e=s.Read(k,c.NowMs); if(e.IsNone) c.Reply.Null(); else c.Reply.Bulk(s.Table.ValueOf(e)); }
 static void Set(ref CommandContext c){ var k=c.Key(1); c.ShardOf(k).Set(k,c.Args[2],0,c.NowMs); c.Reply.Ok(); }}
public static class Glob { public static bool IsMatch(ReadOnlySpan<byte> p, ReadOnlySpan<byte> t)=>true; }
}
