package box2d

// Corners returns the number of corners of a polygon.
func (p *Polygon) Corners() int { return p.n }

// Corner returns corner i of a polygon whose origin has the pose given.
func (p *Polygon) Corner(i int, pose *Transform) Vec { return pose.apply(p.vertices[i]) }

// Shape returns the polygon of a body.
func (e *Engine) Shape(body int) *Polygon { return &e.scene.Bodies[body].Shape }
