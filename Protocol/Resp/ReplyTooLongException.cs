namespace OrleansKv.Protocol.Resp;

/// <summary>A reply outgrew what one buffer can hold, 2 GiB. A client's wish, not a defect: it hears so and stays in step.</summary>
public sealed class ReplyTooLongException() : Exception(Text)
{
    /// <summary>Ready to send, without its dash.</summary>
    public const string Text = "ERR the reply is too long: ask for less at a time";
}
