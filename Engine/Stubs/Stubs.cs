#pragma warning disable
using OrleansKv.Engine.Shards;
using OrleansKv.Engine.Commands;
namespace OrleansKv.Engine.Journal { 
public readonly record struct JournalOffset(long Value) : IComparable<JournalOffset> { public int CompareTo(JournalOffset o)=>Value.CompareTo(o.Value); public static bool operator <(JournalOffset a, JournalOffset b)=>a.Value<b.Value; public static bool operator >(JournalOffset a, JournalOffset b)=>a.Value>b.Value; public static bool operator <=(JournalOffset a, JournalOffset b)=>a.Value<=b.Value; public static bool operator >=(JournalOffset a, JournalOffset b)=>a.Value>=b.Value;}
public enum Durability { No, EverySecond, Always }
}
namespace OrleansKv.Engine.Store {
using OrleansKv.Engine.Journal;
public sealed class ShardCell { public Shard Shard = null!; }
public sealed class LockSet { public void Clear(){} public void Add(in KeyRef k){} public void AddAll(){} public void Enter(){} public void Exit(){} }
public sealed class NullLog : IEffectLog { public void Append(ShardId s, Epoch e, Lsn l, in Effect f){} }
public sealed class NodeStore : IStore {
 public readonly ShardCell Cell = new(){ Shard = new Shard(default, default, new NullLog(), 1)}; readonly System.Threading.Lock L=new();
 public ulong HashSeed=>0; public Shard ShardOf(in KeyRef k)=>Cell.Shard; public long Count=>0; public int CountInSlot(SlotId s)=>0; public ulong Scan(SlotId s, ulong p, IEntryVisitor v)=>0; public void Clear(long n){}
 public ShardCell Enter(in KeyRef k){ L.Enter(); return Cell;} public void Exit(ShardCell c)=>L.Exit(); public bool Owns(ShardCell c, in KeyRef k)=>true; public void BeginGroup(){} public void EndGroup(){} public string? WriteRefusal=>null; public JournalOffset Appended=>default; public bool Commit(JournalOffset o, Durability d)=>true; public bool MakeRoom(ShardCell c, long now)=>true;
 public bool MakeRoom(long now)=>true; public LockSet CreateLockSet()=>new();
}
}
namespace OrleansKv.Engine.Commands {
public static class DataCommands { public static IReadOnlyList<CommandSpec> All => [ new("get",2,CommandFlags.ReadOnly|CommandFlags.Fast,1,1,1,"string","1","","",Get), new("set",-3,CommandFlags.Write|CommandFlags.DenyOom,1,1,1,"string","1","","",Set)];
 static void Get(ref CommandContext c){ var k=c.Key(1); var s=c.ShardOf(k); var e=s.Read(k,c.NowMs); if(e.IsNone) c.Reply.Null(); else c.Reply.Bulk(s.Table.ValueOf(e)); }
 static void Set(ref CommandContext c){ var k=c.Key(1); c.ShardOf(k).Set(k,c.Args[2],0,c.NowMs); c.Reply.Ok(); } }
public static class Glob { public static bool IsMatch(ReadOnlySpan<byte> p, ReadOnlySpan<byte> t)=>true; }
}
