namespace OrleansKv.Client.Routing;

/// <summary>Makes an operation's result of its replies.</summary>
internal delegate T ReplyReader<T>(Replies replies);
