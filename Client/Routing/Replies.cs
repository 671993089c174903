namespace OrleansKv.Client.Routing;

/// <summary>The replies of one operation's items. It lives no longer than its exchange.</summary>
internal readonly ref struct Replies(Exchange exchange, ShardCall call, int first)
{
    public ReadOnlySpan<byte> this[int item] => call[first + item];

    public IValueSerializer Serializer => exchange.Serializer;
}
