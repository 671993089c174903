using System.Text;
using OrleansKv.Protocol.Commands;

namespace OrleansKv.Client.Wire;

/// <summary>A command that the client sends: its number in batches and its name as a word.</summary>
internal sealed class ClientCommand
{
    public static readonly ClientCommand Get = new("get");
    public static readonly ClientCommand GetRange = new("getrange");
    public static readonly ClientCommand Set = new("set");
    public static readonly ClientCommand Del = new("del");
    public static readonly ClientCommand Exists = new("exists");
    public static readonly ClientCommand PExpire = new("pexpire");
    public static readonly ClientCommand PExpireAt = new("pexpireat");
    public static readonly ClientCommand Persist = new("persist");
    public static readonly ClientCommand PTtl = new("pttl");
    public static readonly ClientCommand IncrBy = new("incrby");
    public static readonly ClientCommand Scan = new("scan");

    private readonly byte[] _name;

    private ClientCommand(string name)
    {
        Index = DataCommands.IndexOf(name) ?? throw new InvalidOperationException($"there is no command '{name}'");
        IsWrite = DataCommands.All[Index].IsWrite;
        _name = Encoding.ASCII.GetBytes(name);
    }

    public ushort Index { get; }

    public bool IsWrite { get; }

    public ReadOnlySpan<byte> Name => _name;
}
