namespace OrleansKv.Engine.Registers;

/// <summary>
/// Where an acceptor's memory outlives its process. Both methods return when the change is on the disk, file and folder, and throw
/// <see cref="IOException"/> otherwise: the acceptor then answers nothing any more until it is opened again, but for <see
/// cref="NotSavedException"/>, behind which all is as it was.
/// </summary>
public interface IAcceptorLog
{
    void Save(string register, AcceptorSlot slot);

    void Save(AcceptorSet set);
}
