namespace OrleansKv.Gateway.Sessions;

/// <summary>Commands of a session that its dispatcher has deferred, because their replies are too long to be held together.</summary>
internal interface IDeferredReplies
{
    /// <summary>Goes on with them; the session's thread. It may leave the session waiting, or defer the rest again.</summary>
    void Resume(Session session, Worker worker);
}
