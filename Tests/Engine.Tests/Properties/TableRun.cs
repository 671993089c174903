using OrleansKv.Engine.Tests.Table;

namespace OrleansKv.Engine.Tests.Properties;

/// <summary>Runs random steps on a key table and its model, with a snapshot under way now and then.</summary>
internal sealed class TableRun(bool sharedTag) : IDisposable
{
    private readonly TableModel _model = new(0, TableStep.Keys, sharedTag);
    private Dictionary<string, ModelEntry> _atBeginning = [];
    private CollectingSink? _sink;
    private int _steps;

    public void Do(in TableStep step)
    {
        string key = _model.KeyAt(step.Key);
        switch (step.Kind)
        {
            case TableStepKind.Put: _model.Put(key, Value(step.Size), step.Size % 3 == 0 ? step.Size + 1 : 0); break;
            case TableStepKind.PutMany: PutMany(step); break;
            case TableStepKind.Patch: _model.Patch(key, step.Size / 2, Value(step.Size - (step.Size / 2))); break;
            case TableStepKind.SetDeadline: _model.SetDeadline(key, step.Size); break;
            case TableStepKind.Touch: _model.Touch(key); break;
            case TableStepKind.Remove: _model.Remove(key); break;
            case TableStepKind.RemoveMany: ForMany(step, _model.Remove); break;
            case TableStepKind.Evict: _model.EvictColdest(); break;
            case TableStepKind.Snapshot: Snapshot(step.Size); break;
            case TableStepKind.EndSnapshot when _sink is not null: EndSnapshot(); break;
            case TableStepKind.Clear: _model.Clear(); break;
        }

        _model.CheckColdestWithDeadline();
        _steps++;
    }

    /// <summary>Compares everything, ends a snapshot, then evicts key by key: the order must be the model's.</summary>
    public void Finish()
    {
        _model.CheckAll();
        if (_sink is not null) Snapshot(int.MaxValue);
        while (_model.EvictColdest())
        {
        }

        _model.CheckAll();
    }

    public void Dispose() => _model.Dispose();

    private void PutMany(TableStep step) => ForMany(step, key => _model.Put(key, Value(step.Size), 0));

    private void ForMany(in TableStep step, Action<string> action)
    {
        for (int i = 0; i < step.Size % 64; i++) action(_model.KeyAt((step.Key + i) % TableStep.Keys));
    }

    private byte[] Value(int size)
    {
        var value = new byte[size];
        for (int i = 0; i < size; i++) value[i] = (byte)(_steps + i);
        return value;
    }

    private void Snapshot(int entries)
    {
        if (_sink is null)
        {
            _atBeginning = new(_model.Entries);
            _sink = new CollectingSink();
            _model.Table.BeginSnapshot(_sink);
            return;
        }

        if (!_model.Table.ContinueSnapshot(entries)) return;
        Assert.Equal(_atBeginning.Count, _sink.Entries.Count);
        foreach ((string key, ModelEntry expected) in _atBeginning)
        {
            ModelEntry seen = _sink.Entries[key];
            Assert.True(seen.Value.AsSpan().SequenceEqual(expected.Value), $"'{key}' has another value in the snapshot");
            Assert.Equal((expected.Deadline, expected.Version), (seen.Deadline, seen.Version));
        }

        EndSnapshot();
    }

    private void EndSnapshot()
    {
        _model.Table.EndSnapshot();
        _sink = null;
    }
}
