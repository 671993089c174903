using OrleansKv.Bench.Load;

namespace OrleansKv.Bench.SelfTest;

/// <summary>The finished replies to a row of equal requests. Thread: the canned server's.</summary>
internal sealed class CannedReplies
{
    private readonly byte[] _request;
    private readonly byte[] _reply;
    private readonly bool _reads;
    private readonly int _keySize;
    private readonly int _keyAt;
    private readonly int _valueAt;
    private readonly int _valueKeySize;
    private byte[] _replies = [];

    public CannedReplies(LoadOptions options)
    {
        var encoder = new RequestEncoder(options);
        _reads = options.Mix == CommandMix.Get;
        _request = new byte[encoder.MaxRequestSize];
        RequestSize = encoder.Write(_request, 0, _reads);
        _keySize = options.KeySize;
        _keyAt = _request.AsSpan().IndexOf(encoder.KeyOf(0));
        _valueKeySize = Math.Min(options.KeySize, options.ValueSize);
        _valueAt = encoder.HitHead.Length;
        _reply = _reads ? [.. encoder.HitHead, .. encoder.ValueOf(0), .. "\r\n"u8] : [.. "+OK\r\n"u8];
    }

    public int RequestSize { get; }

    public ReadOnlySpan<byte> For(ReadOnlySpan<byte> requests, int count)
    {
        if (_replies.Length < count * _reply.Length)
        {
            _replies = new byte[count * _reply.Length];
            for (int i = 0; i < count; i++) _reply.CopyTo(_replies.AsSpan(i * _reply.Length));
        }

        for (int i = 0; i < count && _reads; i++)
        {
            ReadOnlySpan<byte> key = requests.Slice((i * RequestSize) + _keyAt, _keySize);
            key[(_keySize - _valueKeySize)..].CopyTo(_replies.AsSpan((i * _reply.Length) + _valueAt));
        }

        return _replies.AsSpan(0, count * _reply.Length);
    }
}
