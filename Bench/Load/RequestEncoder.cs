using System.Globalization;
using System.Text;

namespace OrleansKv.Bench.Load;

/// <summary>
/// The bytes of a request, and of the value that a key must have: templates whose key and value are overwritten in place.
/// <code>
/// *3 CRLF $3 CRLF SET CRLF $klen CRLF key CRLF $vlen CRLF value CRLF            (RESP arrays of bulk strings)
/// *5 CRLF $3 CRLF SET CRLF $klen CRLF key CRLF $vlen CRLF value CRLF $2 CRLF EX CRLF $n CRLF seconds CRLF
/// *2 CRLF $3 CRLF GET CRLF $klen CRLF key CRLF
/// </code>
/// A key is "key:" if there is room, zeros, and its number; a value is the tail of its key, then filler: decided by the key and the sizes
/// alone, so that a reader of any run with the same sizes can check all of it. No allocation a request. One worker's thread.
/// </summary>
internal sealed class RequestEncoder
{
    private const string Prefix = "key:";

    private readonly byte[] _set;
    private readonly byte[] _get;
    private readonly byte[] _scratchKey;
    private readonly int _keyDigits;
    private readonly int _keySize;
    private readonly int _setKeyAt;
    private readonly int _setValueAt;
    private readonly int _getKeyAt;
    private readonly int _valueKeySize;

    public RequestEncoder(LoadOptions options)
    {
        _keySize = options.KeySize;
        _keyDigits = DigitsOf(options.KeySpace);
        _valueKeySize = Math.Min(_keySize, options.ValueSize);
        string key = (_keySize - _keyDigits >= Prefix.Length ? Prefix : "").PadRight(_keySize, '0');
        _scratchKey = Ascii(key);
        byte[] value = Filler(options.ValueSize);

        string ttl = options.TtlSeconds > 0 ? options.TtlSeconds.ToString(CultureInfo.InvariantCulture) : "";
        string setHead = $"*{(ttl.Length > 0 ? 5 : 3)}\r\n$3\r\nSET\r\n${_keySize}\r\n";
        string valueHead = $"\r\n${value.Length}\r\n";
        string setTail = ttl.Length > 0 ? $"\r\n$2\r\nEX\r\n${ttl.Length}\r\n{ttl}\r\n" : "\r\n";
        _set = [.. Ascii(setHead), .. Ascii(key), .. Ascii(valueHead), .. value, .. Ascii(setTail)];
        _setKeyAt = setHead.Length;
        _setValueAt = _setKeyAt + _keySize + valueHead.Length;

        string getHead = $"*2\r\n$3\r\nGET\r\n${_keySize}\r\n";
        _get = Ascii($"{getHead}{key}\r\n");
        _getKeyAt = getHead.Length;
        HitHead = Ascii($"${value.Length}\r\n");
        ValueSize = value.Length;
    }

    public int MaxRequestSize => Math.Max(_set.Length, _get.Length);
    public int ValueSize { get; }

    /// <summary>How the reply of a GET that finds its value begins.</summary>
    public byte[] HitHead { get; }

    /// <summary>Writes one request at the start of <paramref name="target"/>; returns its size.</summary>
    public int Write(Span<byte> target, long key, bool read)
    {
        if (read)
        {
            _get.CopyTo(target);
            WriteNumber(target.Slice(_getKeyAt, _keySize), key);
            return _get.Length;
        }

        _set.CopyTo(target);
        Span<byte> keyBytes = target.Slice(_setKeyAt, _keySize);
        WriteNumber(keyBytes, key);
        keyBytes[(_keySize - _valueKeySize)..].CopyTo(target[_setValueAt..]);
        return _set.Length;
    }

    /// <summary>Whether <paramref name="value"/>, of <see cref="ValueSize"/> bytes, is this key's.</summary>
    public bool IsValueOf(long key, ReadOnlySpan<byte> value)
    {
        WriteNumber(_scratchKey, key);
        return value[.._valueKeySize].SequenceEqual(_scratchKey.AsSpan(_keySize - _valueKeySize))
            && value[_valueKeySize..].SequenceEqual(_set.AsSpan(_setValueAt + _valueKeySize, ValueSize - _valueKeySize));
    }

    /// <summary>The key's bytes, valid until the next call.</summary>
    public ReadOnlySpan<byte> KeyOf(long key)
    {
        WriteNumber(_scratchKey, key);
        return _scratchKey;
    }

    /// <summary>The value that a SET gives this key.</summary>
    public byte[] ValueOf(long key)
    {
        byte[] value = _set[_setValueAt..(_setValueAt + ValueSize)];
        KeyOf(key)[(_keySize - _valueKeySize)..].CopyTo(value);
        return value;
    }

    public static int DigitsOf(long keys) => (keys - 1).ToString(CultureInfo.InvariantCulture).Length;

    private void WriteNumber(Span<byte> keyBytes, long key)
    {
        uint rest = (uint)key;
        for (int i = _keySize - 1; i >= _keySize - _keyDigits; i--)
        {
            uint next = rest / 10;
            keyBytes[i] = (byte)('0' + (rest - (next * 10)));
            rest = next;
        }
    }

    // Letters and digits from a fixed SplitMix-like walk: text that a compressor cannot shrink much and that no run changes.
    private static byte[] Filler(int size)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        var filler = new byte[size];
        ulong state = 0x9E3779B97F4A7C15;
        for (int i = 0; i < size; i++)
        {
            state = (state * 6364136223846793005) + 1442695040888963407;
            filler[i] = (byte)Alphabet[(int)(state >> 58)];
        }

        return filler;
    }

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);
}
