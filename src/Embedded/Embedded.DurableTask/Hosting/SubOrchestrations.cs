using System.Collections.ObjectModel;
using Embedded.DurableTask.History;
using Embedded.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace Embedded.DurableTask.Hosting;

/// <summary>
/// Parents and children. Neither a start nor a completion is stored by itself: an open call in the parent's history means that the
/// child's head must be there, and a child that has ended is the completion.
/// </summary>
internal sealed class SubOrchestrations(HubServices hub, InstanceStarter starter)
{
    /// <summary>Starts the child of an open call unless it has been started, and answers the call if it has ended.</summary>
    public void Ensure(ActiveInstance parent, int generation, SubOrchestrationCreated call, bool mayExist) =>
        hub.InFlight.Track(() => EnsureAsync(parent, generation, call, mayExist));

    /// <summary>Answers the parent's call; a parent that is no longer there, or runs anew, is not meant.</summary>
    public void TellParent(InstanceHead child)
    {
        if (child.Parent is { } link && hub.Table.TryFind(link.InstanceId, out var parent) && parent.Head.RunId == link.RunId)
        {
            hub.Ready.Post(parent, new Arrival(Answer(child, link.TaskId), link.Generation));
        }
    }

    private async Task EnsureAsync(ActiveInstance parent, int generation, SubOrchestrationCreated call, bool mayExist)
    {
        var link = new ParentLink(parent.Head.Name, parent.Id, parent.Head.RunId, generation, call.TaskId);
        try
        {
            var request = new StartRequest(call.InstanceId, call.Name, call.Input, call.Version ?? hub.Options.DefaultVersion)
            {
                Parent = link,
                Tags = call.Tags ?? ReadOnlyDictionary<string, string>.Empty,
            };
            var existing = await starter.StartAsync(request, head => head.Parent != link, mayExist, CancellationToken.None);
            if (existing is null)
            {
                return;
            }

            if (existing.Parent != link)
            {
                Fail(parent, generation, call, new FailureRecord(
                    "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
                    $"An Orchestration instance with the ID {call.InstanceId} already exists."));
            }
            else if (existing.HasEnded)
            {
                TellParent(existing);
            }
        }
        catch (Exception exception) when (exception is StoreLimitException or ArgumentException)
        {
            Fail(parent, generation, call, FailureRecord.FromException(exception));
        }
    }

    private void Fail(ActiveInstance parent, int generation, SubOrchestrationCreated call, FailureRecord failure) => hub.Ready.Post(
        parent, new Arrival(new SubOrchestrationFailed(hub.Time.GetUtcNow().UtcDateTime, call.TaskId, failure), generation));

    private HistoryEvent Answer(InstanceHead child, int taskId)
    {
        var now = hub.Time.GetUtcNow().UtcDateTime;
        return child.Status == OrchestrationRuntimeStatus.Completed
            ? new SubOrchestrationCompleted(now, taskId, child.Output)
            : new SubOrchestrationFailed(
                now, taskId, child.Failure ?? new FailureRecord("(unknown)", child.Output ?? $"The sub-orchestration was {child.Status}."));
    }
}
