package explorer

import (
	"context"
	"net/http"
	"slices"

	"github.com/paretolab/paretolab/agents/preference/elicit"
)

type elicitationRequest struct {
	selection
	Seed uint64 `json:"seed"`
}

// beginElicitation begins a session of questions.
func (s *Server) beginElicitation(w http.ResponseWriter, r *http.Request) (any, error) {
	var b elicitationRequest
	if err := body(w, r, &b); err != nil {
		return nil, err
	}
	ctx, done, err := s.compute(r)
	if err != nil {
		return nil, err
	}
	defer done()
	c, err := s.choose(ctx, b.selection)
	if err != nil {
		return nil, err
	}
	t, err := s.sittings.begin(ctx, c, b.Seed)
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	writeJSON(w, r, http.StatusCreated, t.describe(s.index))
	return nil, nil
}

// listElicitations lists the sessions.
func (s *Server) listElicitations(http.ResponseWriter, *http.Request) (any, error) {
	return map[string]any{"sessions": s.sittings.list()}, nil
}

// showElicitation describes a session.
func (s *Server) showElicitation(_ http.ResponseWriter, r *http.Request) (any, error) {
	return s.inSitting(r, func(*sitting) error { return nil })
}

// deleteElicitation ends a session and deletes what was saved of it.
func (s *Server) deleteElicitation(_ http.ResponseWriter, r *http.Request) (any, error) {
	return map[string]bool{"deleted": true}, s.sittings.remove(r.PathValue("id"))
}

// inSitting changes a session, one at a time, and describes it.
func (s *Server) inSitting(r *http.Request, change func(t *sitting) error) (any, error) {
	ctx, done, err := s.compute(r)
	if err != nil {
		return nil, err
	}
	defer done()
	t, err := s.sittings.find(s.index, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	if t.saved != "" && t.file == nil {
		return nil, &fault{http.StatusConflict, "changed", "the session was put away meanwhile", "ask again"}
	}
	if err := change(t); err != nil {
		return nil, err
	}
	return t.describe(s.index), nil
}

type answerRequest struct {
	Answer     string      `json:"answer"`
	Question   int         `json:"question"`
	Aspiration *aspiration `json:"aspiration"`
}

// answerElicitation takes an answer to the question that is asked.
func (s *Server) answerElicitation(w http.ResponseWriter, r *http.Request) (any, error) {
	var b answerRequest
	if err := body(w, r, &b); err != nil {
		return nil, err
	}
	return s.inSitting(r, func(t *sitting) error {
		number := len(t.elicitor.Answers()) + 1
		if b.Question != number {
			return &fault{http.StatusConflict, "changed", "another question is asked by now", "reload the session and answer its question"}
		}
		q, ok := t.elicitor.Propose()
		if !ok {
			return &fault{http.StatusConflict, "changed", "there is nothing left to ask", "take the recommendation, or an answer back"}
		}
		a := elicit.Answer{Question: elicit.Question{Items: slices.Clone(q.Items)}}
		if b.Answer != "neither" && b.Aspiration != nil {
			return badInput("an aspiration goes with neither", "the answer is %q", b.Answer)
		}
		switch b.Answer {
		case "left":
			a.Order = q.Items[:1:1]
		case "right":
			a.Order = q.Items[1:2:2]
		case "equal":
		case "unsure":
			a.Unsure = true
		case "neither":
			if b.Aspiration == nil || b.Aspiration.Level == nil {
				return badInput("say with \"aspiration\" which objective has to reach which level", "neither is acceptable, but not why")
			}
			var err error
			if a.Aspiration, err = t.aspiration(b.Aspiration); err != nil {
				return err
			}
		default:
			return badInput("it is left, right, equal, unsure or neither", "answer is %q", b.Answer)
		}
		return t.take(a)
	})
}

// aspiration translates a level of an objective.
func (t *sitting) aspiration(a *aspiration) (*elicit.Aspiration, error) {
	for j, o := range t.elicitor.Items().Objectives {
		if o.Name == a.Objective {
			return &elicit.Aspiration{Objective: j, Level: a.Level}, nil
		}
	}
	return nil, badInput("the session names its objectives", "there is no objective %q", a.Objective)
}

// aspire takes a level that a recommendation has to reach, or takes it back.
func (s *Server) aspire(w http.ResponseWriter, r *http.Request) (any, error) {
	var b aspiration
	if err := body(w, r, &b); err != nil {
		return nil, err
	}
	return s.inSitting(r, func(t *sitting) error {
		a, err := t.aspiration(&b)
		if err != nil {
			return err
		}
		return t.take(elicit.Answer{Question: elicit.Question{Items: []int{}}, Aspiration: a})
	})
}

// undoElicitation takes the last answer back.
func (s *Server) undoElicitation(w http.ResponseWriter, r *http.Request) (any, error) {
	var b struct{}
	if err := body(w, r, &b); err != nil {
		return nil, err
	}
	return s.inSitting(r, func(t *sitting) error {
		if !t.elicitor.Undo() {
			return &fault{http.StatusConflict, "changed", "there is no answer to take back", ""}
		}
		return t.log.Undo()
	})
}
