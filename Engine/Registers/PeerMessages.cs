using System.Collections.Immutable;

namespace OrleansKv.Engine.Registers;

/// <summary>
/// Bodies of the messages between a proposer and an acceptor; parts as in <see cref="RegisterBytes"/>, all little-endian:
/// <code>
/// hello     u16 version, 1 | text cluster name | 16 B cluster | peer
/// welcome   u64 acceptor | set | book
/// book      book
/// refusal   u8 is final | text reason
/// request   u8 kind | text register | ballot | value | set
/// reply     u64 from | u8 kind of the request | text register | ballot | u8 kind | promised | accepted | value | set | u16 n, n x text
/// </code>
/// Reading throws <see cref="InvalidDataException"/> for anything else. Pure.
/// </summary>
public static class PeerMessages
{
    /// <summary>Of the messages. Nodes of another version are refused; a change that both can read keeps it.</summary>
    private const ushort Version = 1;

    /// <summary>More registers than there are: four, and one of the acceptors.</summary>
    private const int MaxRegisters = 1024;

    private const int MaxNameLength = 64;

    public static byte[] ToBytes(PeerHello hello) => Write(to =>
    {
        RegisterBytes.Write(to, Version);
        RegisterBytes.Write(to, hello.ClusterName);
        RegisterBytes.Write(to, hello.Cluster);
        RegisterBytes.Write(to, hello.Self);
    });

    public static PeerHello ReadHello(ReadOnlySpan<byte> bytes)
    {
        var from = new RegisterBytes(bytes);
        ushort version = from.ReadU16();
        if (version != Version)
            throw new InvalidDataException($"version {version} of the registers' messages is not known to this program");
        var hello = new PeerHello(from.ReadText(), from.ReadGuid(), from.ReadPeer());
        return End(from, hello);
    }

    public static byte[] ToBytes(PeerWelcome welcome) => Write(to =>
    {
        RegisterBytes.Write(to, welcome.Acceptor);
        RegisterBytes.Write(to, welcome.Set);
        RegisterBytes.Write(to, welcome.Book);
    });

    public static PeerWelcome ReadWelcome(ReadOnlySpan<byte> bytes)
    {
        var from = new RegisterBytes(bytes);
        var welcome = new PeerWelcome(from.ReadAcceptor(), from.ReadSet(), from.ReadBook());
        return End(from, welcome);
    }

    public static byte[] ToBytes(PeerBook book) => Write(to => RegisterBytes.Write(to, book));

    public static PeerBook ReadBook(ReadOnlySpan<byte> bytes)
    {
        var from = new RegisterBytes(bytes);
        PeerBook book = from.ReadBook();
        return End(from, book);
    }

    public static byte[] ToBytes(PeerRefusal refusal) => Write(to =>
    {
        to.WriteByte(refusal.IsFinal ? (byte)1 : (byte)0);
        RegisterBytes.Write(to, refusal.Reason);
    });

    public static PeerRefusal ReadRefusal(ReadOnlySpan<byte> bytes)
    {
        var from = new RegisterBytes(bytes);
        var refusal = new PeerRefusal(from.ReadByte() != 0, from.ReadText());
        return End(from, refusal);
    }

    public static byte[] ToBytes(RegisterRequest request) => Write(to =>
    {
        to.WriteByte((byte)request.Kind);
        RegisterBytes.Write(to, request.Register);
        RegisterBytes.Write(to, request.Ballot);
        RegisterBytes.Write(to, request.Value);
        RegisterBytes.Write(to, request.Set);
    });

    public static RegisterRequest ReadRequest(ReadOnlySpan<byte> bytes)
    {
        var from = new RegisterBytes(bytes);
        var request = new RegisterRequest(
            ReadRequestKind(ref from), ReadName(ref from), from.ReadBallot(), from.ReadValue(), from.ReadSet());
        return End(from, request);
    }

    public static byte[] ToBytes(RegisterReply reply) => Write(to =>
    {
        RegisterBytes.Write(to, reply.From);
        to.WriteByte((byte)reply.To);
        RegisterBytes.Write(to, reply.Register);
        RegisterBytes.Write(to, reply.Ballot);
        to.WriteByte((byte)reply.Kind);
        RegisterBytes.Write(to, reply.Promised);
        RegisterBytes.Write(to, reply.Accepted);
        RegisterBytes.Write(to, reply.Value);
        RegisterBytes.Write(to, reply.Set);
        RegisterBytes.Write(to, checked((ushort)reply.Registers.Length));
        foreach (string register in reply.Registers) RegisterBytes.Write(to, register);
    });

    public static RegisterReply ReadReply(ReadOnlySpan<byte> bytes)
    {
        var from = new RegisterBytes(bytes);
        AcceptorId acceptor = from.ReadAcceptor();
        RequestKind to = ReadRequestKind(ref from);
        string register = ReadName(ref from);
        Ballot ballot = from.ReadBallot();
        var kind = (ReplyKind)from.ReadByte();
        if (!Enum.IsDefined(kind)) throw new InvalidDataException($"no reply has the kind {(byte)kind}");
        var reply = new RegisterReply(
            acceptor, to, register, ballot, kind, from.ReadBallot(), from.ReadBallot(), from.ReadValue(), from.ReadSet(), []);
        int count = from.ReadU16();
        if (count > MaxRegisters) throw new InvalidDataException($"a list of {count} registers cannot be");
        ImmutableArray<string>.Builder registers = ImmutableArray.CreateBuilder<string>(count);
        for (int i = 0; i < count; i++) registers.Add(ReadName(ref from));
        return End(from, reply with { Registers = registers.MoveToImmutable() });
    }

    private static RequestKind ReadRequestKind(ref RegisterBytes from)
    {
        var kind = (RequestKind)from.ReadByte();
        return Enum.IsDefined(kind) ? kind : throw new InvalidDataException($"no request has the kind {(byte)kind}");
    }

    // It becomes a file's name.
    private static string ReadName(ref RegisterBytes from)
    {
        string name = from.ReadText();
        return name.Length <= MaxNameLength && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? name
            : throw new InvalidDataException("no register has such a name");
    }

    private static T End<T>(RegisterBytes from, T message) =>
        from.IsAtEnd ? message : throw new InvalidDataException("bytes are left behind a message of the registers");

    private static byte[] Write(Action<Stream> content)
    {
        using var bytes = new MemoryStream();
        content(bytes);
        return bytes.ToArray();
    }
}
