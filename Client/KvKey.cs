using System.Text;

namespace OrleansKv.Client;

/// <summary>
/// A key: bytes, at most <see cref="MaxBytes"/>. A string stands for its UTF-8 bytes. Keys with the same part in braces
/// (<c>{user:1}:name</c>, <c>{user:1}:mail</c>) live in the same shard.
/// </summary>
public readonly struct KvKey : IEquatable<KvKey>
{
    /// <summary>Longest key, bytes: its length is kept in 16 bits.</summary>
    public const int MaxBytes = ushort.MaxValue;

    private readonly string? _text;
    private readonly ReadOnlyMemory<byte> _bytes;

    /// <summary>A key that is text.</summary>
    public KvKey(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        _text = text;
    }

    /// <summary>A key that is bytes. They are not copied: do not change them while a call or a batch has the key.</summary>
    public KvKey(ReadOnlyMemory<byte> bytes) => _bytes = bytes;

    /// <summary>Its length, bytes.</summary>
    public int ByteCount => _text is null ? _bytes.Length : Encoding.UTF8.GetByteCount(_text);

    /// <summary>Its bytes; a copy if it was made from text.</summary>
    public ReadOnlyMemory<byte> ToMemory() => _text is null ? _bytes : Encoding.UTF8.GetBytes(_text);

    /// <summary>Its bytes as UTF-8 text.</summary>
    public override string ToString() => _text ?? Encoding.UTF8.GetString(_bytes.Span);

    /// <summary>Whether both have the same bytes.</summary>
    public bool Equals(KvKey other) =>
        _text is not null && other._text is not null ? _text == other._text : ToMemory().Span.SequenceEqual(other.ToMemory().Span);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is KvKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(ToMemory().Span);
        return hash.ToHashCode();
    }

    /// <summary>Whether both have the same bytes.</summary>
    public static bool operator ==(KvKey left, KvKey right) => left.Equals(right);

    /// <summary>Whether they differ in a byte.</summary>
    public static bool operator !=(KvKey left, KvKey right) => !left.Equals(right);

    /// <summary>A key that is text.</summary>
    public static implicit operator KvKey(string text) => new(text);

    /// <summary>A key that is bytes.</summary>
    public static implicit operator KvKey(byte[] bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new KvKey(bytes.AsMemory());
    }

    /// <summary>A key that is bytes.</summary>
    public static implicit operator KvKey(ReadOnlyMemory<byte> bytes) => new(bytes);

    /// <summary>Puts the bytes at the beginning of <paramref name="to"/>, which has room for them; returns how many.</summary>
    internal int CopyTo(Span<byte> to)
    {
        if (_text is not null) return Encoding.UTF8.GetBytes(_text, to);
        _bytes.Span.CopyTo(to);
        return _bytes.Length;
    }

    /// <summary>Most bytes that it can have; cheaper than <see cref="ByteCount"/>.</summary>
    internal int MaxByteCount => _text is null ? _bytes.Length : Encoding.UTF8.GetMaxByteCount(_text.Length);
}
